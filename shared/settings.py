"""The environment variables that every service has; its own come in its `settings.py`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """All begin with `PAYGIR_`. The defaults are the embedded stack's."""

    model_config = SettingsConfigDict(env_prefix="PAYGIR_", frozen=True)

    mongodb: str = Field(default="mongodb://127.0.0.1:27117/?replicaSet=rs0", description="MongoDB's URI")
    database: str | None = Field(default=None, description="database name; else paygir_<service>")
    mongodb_timeout_ms: int = Field(
        default=3000, description="a frozen primary stalls no caller longer than this"
    )
    kafka: str = Field(default="127.0.0.1:19092", description="Kafka's bootstrap servers, comma separated")
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port_offset: int = Field(default=0, description="moves every port")
    issuer: str = Field(
        default="http://127.0.0.1:8109", description="OIDC issuer of people's and systems' tokens"
    )
    audience: str = Field(default="paygir", description="what a token must be for")
    agency_claim: str = Field(default="agency", description="the claim that names a token's agency")
    key_file: Path | None = Field(
        default=None, description="file with the province's master key, base64 of 32 bytes"
    )
    key: str | None = Field(default=None, description="the same key itself, where no file can be")
    clock_file: Path | None = Field(default=None, description="the demo's clock; never set in production")
    traces_file: Path | None = Field(default=None, description="spans as JSON lines, for want of a collector")
    otlp_endpoint: str | None = Field(default=None, description="where spans go (OTLP over HTTP)")
    trace_ratio: float = Field(default=1.0, ge=0, le=1, description="share of requests that are traced")
    log_level: str = Field(default="INFO", description="least level that is logged")
    pending_age_max_s: float = Field(
        default=300.0, description="/ready fails when a record waits longer for the bus"
    )
    sweep_every_s: float = Field(default=1.0, description="pause between two sweeps, in real seconds")

    @property
    def kafka_servers(self) -> list[str]:
        """The bootstrap servers as a list: a comma string is one wrong server to the client."""
        return [server.strip() for server in self.kafka.split(",") if server.strip()]

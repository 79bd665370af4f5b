"""The environment variables that every service has; its own come in its `settings.py`."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ASYMMETRIC = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)


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
    jwks_url: str | None = Field(
        default=None,
        description="where the issuer's keys are, if discovery can't be reached from here or errs",
    )
    audience: str = Field(default="paygir", description="what a token must be for; any of several by commas")
    agency_claim: str = Field(
        default="agency",
        description="the claim that names a token's agency; with dots for one inside another",
    )
    person_claim: str = Field(
        default="sub",
        description="the claim that names the directory's person; only administrators may set it",
    )
    token_algorithms: str = Field(
        default="RS256,PS256,ES256,EdDSA", description="how a token may be signed, by commas"
    )
    key_file: Path | None = Field(
        default=None, description="file with the province's master key, base64 of 32 bytes"
    )
    key: str | None = Field(default=None, description="the same key itself, where no file can be")
    audit_key_file: Path | None = Field(
        default=None, description="file with the key that signs digests, Ed25519 in PEM"
    )
    audit_key: str | None = Field(default=None, description="the same key itself, where no file can be")
    digests_folder: Path | None = Field(
        default=None, description="where signed digests are written, out of the database's reach"
    )
    digests_webhook: str | None = Field(default=None, description="URL that signed digests are posted to")
    wrapping_key_file: Path | None = Field(
        default=None,
        description="file with what persons' keys are wrapped under, newest first; else the master key",
    )
    vault_url: str | None = Field(
        default=None, description="Vault (transit) that wraps persons' keys instead of a key of ours"
    )
    vault_key: str = Field(default="paygir", description="the name of the key in Vault's transit engine")
    vault_token_file: Path | None = Field(default=None, description="file with the token for Vault")
    clock_file: Path | None = Field(default=None, description="the demo's clock; never set in production")
    traces_file: Path | None = Field(default=None, description="spans as JSON lines, for want of a collector")
    otlp_endpoint: str | None = Field(default=None, description="where spans go (OTLP over HTTP)")
    trace_ratio: float = Field(default=1.0, ge=0, le=1, description="share of requests that are traced")
    log_level: str = Field(default="INFO", description="least level that is logged")
    pending_age_max_s: float = Field(
        default=300.0, description="/ready fails when a record waits longer for the bus"
    )
    sweep_every_s: float = Field(default=1.0, description="pause between two sweeps, in real seconds")

    @field_validator("token_algorithms")
    @classmethod
    def _none_is_symmetric(cls, given: str) -> str:
        """Whoever could check a symmetric signature could make one; `none` is no signature."""
        if not _listed(given) or not ASYMMETRIC.issuperset(_listed(given)):
            raise ValueError(f"only {', '.join(sorted(ASYMMETRIC))}")
        return given

    @property
    def audiences(self) -> list[str]:
        """What a token may be for."""
        return _listed(self.audience)

    @property
    def algorithms(self) -> list[str]:
        """How a token may be signed."""
        return _listed(self.token_algorithms)

    @property
    def kafka_servers(self) -> list[str]:
        """The bootstrap servers as a list: a comma string is one wrong server to the client."""
        return _listed(self.kafka)


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]

"""What the services are told, as environment variables."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import mongo, ports
from deploy.embedded.issuer import AUDIENCE
from deploy.embedded.secret_files import master_key_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the real parts are."""

    kafka: Sequence[str]
    mongodb: str
    issuer: str


def given() -> dict[str, str]:
    """The addresses in the environment, by part: these are used, and nothing is started for them."""
    named = {"kafka": "PAYGIR_KAFKA", "mongodb": "PAYGIR_MONGODB", "issuer": "PAYGIR_ISSUER"}
    return {part: os.environ[name] for part, name in named.items() if os.environ.get(name)}


def addresses() -> Addresses:
    """Those in the environment, else where `paygir up` starts them."""
    found, moved = given(), ports.offset()
    return Addresses(
        kafka=found.get("kafka", f"{ports.HOST}:{ports.KAFKA + moved}").split(","),
        mongodb=found.get("mongodb", mongo.uri([ports.MONGODB + moved])),
        issuer=found.get("issuer", f"http://{ports.HOST}:{ports.ISSUER + moved}"),
    )


def clock_file(folder: Path) -> Path:
    """Where the demo's scaled clock is kept."""
    return folder / "clock.json"


def of_service(where: Addresses, folder: Path, *, scaled_clock: bool) -> dict[str, str]:
    """The whole environment of a service; what the person has set stands."""
    told = {
        "PAYGIR_AUDIENCE": AUDIENCE,
        "PAYGIR_KEY_FILE": str(master_key_file(folder)),
        "PAYGIR_TRACES_FILE": str(folder / "traces.jsonl"),
        "PAYGIR_PORT_OFFSET": str(ports.offset()),
        "PAYGIR_SANDBOX": "1",
        **os.environ,
        "PAYGIR_KAFKA": ",".join(where.kafka),
        "PAYGIR_MONGODB": where.mongodb,
        "PAYGIR_ISSUER": where.issuer,
    }
    if scaled_clock:
        told["PAYGIR_CLOCK_FILE"] = str(clock_file(folder))
    return told

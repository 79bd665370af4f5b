"""What the services are told, as environment variables."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from deploy.embedded import keycloak, mongo, ports
from deploy.embedded.issuer import AUDIENCE
from deploy.embedded.secret_files import audit_key_file, inbound_file, master_key_file
from deploy.keycloak.realm import PERSON_CLAIM


class Idp(StrEnum):
    """Which issuer is started with the rest."""

    DEV = "dev"
    KEYCLOAK = "keycloak"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the real parts are."""

    kafka: Sequence[str]
    mongodb: str
    issuer: str
    person_claim: str = "sub"


def given() -> dict[str, str]:
    """The addresses in the environment, by part: these are used, and nothing is started for them."""
    named = {"kafka": "PAYGIR_KAFKA", "mongodb": "PAYGIR_MONGODB", "issuer": "PAYGIR_ISSUER"}
    return {part: os.environ[name] for part, name in named.items() if os.environ.get(name)}


def idp_of(folder: Path) -> Idp:
    """The issuer that was last started with this data folder."""
    file = idp_file(folder)
    return Idp(file.read_text().strip()) if file.exists() else Idp.DEV


def idp_file(folder: Path) -> Path:
    """Where that is noted."""
    return folder / "idp"


def issuer_of(idp: Idp, offset: int) -> str:
    """What the tokens of one that is started here call it."""
    if idp is Idp.KEYCLOAK:
        return keycloak.issuer(ports.KEYCLOAK + offset)
    return f"http://{ports.HOST}:{ports.ISSUER + offset}"


def addresses(idp: Idp = Idp.DEV) -> Addresses:
    """Those in the environment, else where `paygir up` starts them."""
    found, moved = given(), ports.offset()
    ours = idp is Idp.KEYCLOAK and "issuer" not in found
    return Addresses(
        kafka=found.get("kafka", f"{ports.HOST}:{ports.KAFKA + moved}").split(","),
        mongodb=found.get("mongodb", mongo.uri([ports.MONGODB + moved])),
        issuer=found.get("issuer", issuer_of(idp, moved)),
        person_claim=PERSON_CLAIM if ours else "sub",
    )


def clock_file(folder: Path) -> Path:
    """Where the demo's scaled clock is kept."""
    return folder / "clock.json"


def digests_folder(folder: Path) -> Path:
    """Where the demo's signed digests go; in production it is another machine's."""
    return folder / "digests"


def of_service(where: Addresses, folder: Path, *, scaled_clock: bool) -> dict[str, str]:
    """The whole environment of a service; what the person has set stands."""
    told = {
        "PAYGIR_AUDIENCE": AUDIENCE,
        "PAYGIR_KEY_FILE": str(master_key_file(folder)),
        "PAYGIR_AUDIT_KEY_FILE": str(audit_key_file(folder)),
        "PAYGIR_DIGESTS_FOLDER": str(digests_folder(folder)),
        "PAYGIR_TRACES_FILE": str(folder / "traces.jsonl"),
        "PAYGIR_PORT_OFFSET": str(ports.offset()),
        "PAYGIR_SANDBOX": "1",
        "PAYGIR_WEBHOOK_LOOPBACK": "1",
        "PAYGIR_INBOUND_FILE": str(inbound_file(folder)),
        "PAYGIR_PERSON_CLAIM": where.person_claim,
        **os.environ,
        "PAYGIR_KAFKA": ",".join(where.kafka),
        "PAYGIR_MONGODB": where.mongodb,
        "PAYGIR_ISSUER": where.issuer,
    }
    if scaled_clock:
        told["PAYGIR_CLOCK_FILE"] = str(clock_file(folder))
    return told

"""Files only their owner may read."""

import base64
import json
import os
import secrets
from pathlib import Path

from shared.audit.keys import AuditKey

KEY_BYTES = 32


def write_secret(file: Path, text: str) -> None:
    """Write it with mode 600, whole or not at all."""
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
    fresh.replace(file)


def master_key_file(folder: Path) -> Path:
    """The key all contacts are sealed under (32 random bytes, base64), made on first use."""
    file = folder / "master.key"
    if not file.exists():
        write_secret(file, base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
    return file


def audit_key_file(folder: Path) -> Path:
    """What digests are signed with (Ed25519 in PEM), made on first use; its public half lies beside it."""
    file = folder / "audit.key"
    if not file.exists():
        key = AuditKey.new()
        write_secret(audit_public_file(folder), key.public_pem())
        write_secret(file, key.pem())
    return file


def audit_public_file(folder: Path) -> Path:
    """What an auditor needs of it."""
    return folder / "audit.pub"


def inbound_file(folder: Path) -> Path:
    """The ways in for citizens' SMS and for a voice menu, with secrets made on first use."""
    file = folder / "inbound.json"
    if not file.exists():
        ways = {
            "gateways": {
                shape: {"shape": shape, "secret": secrets.token_urlsafe(KEY_BYTES)}
                for shape in ("kannel", "kavenegar")
            },
            "lines": {"30001001": "water", "30001002": "roads"},
            "ivr": {"menu": secrets.token_urlsafe(KEY_BYTES)},
        }
        write_secret(file, json.dumps(ways, indent=2) + "\n")
    return file

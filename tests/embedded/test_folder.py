"""One launcher at a time, and never newer files under an older program."""

import json
import os
from pathlib import Path

import pytest

from deploy.embedded.broken import Broken
from deploy.embedded.folder import OURS, check_version, held, holder
from deploy.embedded.secret_files import audit_key_file, audit_public_file, master_key_file
from shared.audit.keys import AuditKey


def test_a_held_folder_is_refused_and_free_again_afterwards(tmp_path: Path) -> None:
    with held(tmp_path):
        with pytest.raises(Broken, match=rf"already up .*\(pid {os.getpid()}\)"), held(tmp_path):
            pass
        assert holder(tmp_path) == str(os.getpid())

    assert holder(tmp_path) is None


@pytest.mark.parametrize("part", sorted(OURS))
def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path, part: str) -> None:
    (tmp_path / "version").write_text(json.dumps({**OURS, part: "99.0"}))

    with pytest.raises(Broken, match=f"newer version \\({part} 99.0") as refused:
        check_version(tmp_path)

    assert "paygir reset" in refused.value.text.fa
    assert json.loads((tmp_path / "version").read_text())[part] == "99.0"


def test_a_folder_of_an_older_version_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "version").write_text(json.dumps({**OURS, "kafka": "4.3.10"}))

    check_version(tmp_path)

    assert json.loads((tmp_path / "version").read_text()) == OURS


def test_the_audit_key_is_made_once_for_its_owner_only_and_its_public_half_fits(tmp_path: Path) -> None:
    first = AuditKey.from_settings(file=audit_key_file(tmp_path), text=None)
    again = AuditKey.from_settings(file=audit_key_file(tmp_path), text=None)

    assert first is not None
    assert again is not None
    assert first.id == again.id
    assert audit_public_file(tmp_path).read_text() == first.public_pem()
    assert (tmp_path / "audit.key").stat().st_mode & 0o777 == 0o600


def test_the_master_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first = master_key_file(tmp_path).read_text()

    assert master_key_file(tmp_path).read_text() == first
    assert (tmp_path / "master.key").stat().st_mode & 0o777 == 0o600
    assert len(first.strip()) == 44  # 32 bytes in base64

"""The check that no process outlives its test finds one that does, and ends it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.leftovers import bearing, none_left

# Starts a sleeper in a session of its own and is gone: nobody is the sleeper's parent any more.
LEAVE = """
import subprocess, sys
subprocess.Popen(["sleep", "60"], start_new_session=True, env={"DATA": sys.argv[1]})
"""


def test_a_process_that_outlives_its_test_is_named_and_ended(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="sleep 60"), none_left(str(tmp_path), within_s=0.2):
        subprocess.run([sys.executable, "-c", LEAVE, f"{tmp_path}/kafka"], check=True)

    with none_left(str(tmp_path)):
        pass  # the kernel needs an instant to end it


def test_one_that_ends_in_time_is_no_fault(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA": str(tmp_path)}
    with (
        none_left(str(tmp_path)),
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, env=environment),
    ):
        assert len(bearing(str(tmp_path))) == 1


def test_the_command_line_tells_it_too(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "input()", f"--data={tmp_path}"], stdin=subprocess.PIPE
    ) as one:
        assert [process.pid for process in bearing(str(tmp_path))] == [one.pid]

"""Runs the service: `python -m services.meetings [--role api|worker|all]`."""

from services.meetings.app import assemble
from services.meetings.settings import PORT, Settings
from shared.service import run

if __name__ == "__main__":
    run("meetings", Settings, assemble, port=PORT)

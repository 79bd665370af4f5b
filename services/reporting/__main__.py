"""Runs the service: `python -m services.reporting [--role api|worker|all]`."""

from services.reporting.app import assemble
from services.reporting.settings import PORT, Settings
from shared.service import run

if __name__ == "__main__":
    run("reporting", Settings, assemble, port=PORT)

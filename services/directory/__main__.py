"""Runs the service: `python -m services.directory [--role api|worker|all]`."""

from services.directory.app import assemble
from services.directory.settings import PORT, Settings
from shared.service import run

if __name__ == "__main__":
    run("directory", Settings, assemble, port=PORT)

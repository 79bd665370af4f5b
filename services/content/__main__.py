"""Runs the service: `python -m services.content [--role api|worker|all]`."""

from services.content.app import assemble
from services.content.settings import PORT, Settings
from shared.service import run

if __name__ == "__main__":
    run("content", Settings, assemble, port=PORT)

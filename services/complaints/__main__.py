"""Runs the service: `python -m services.complaints [--role api|worker|all]`."""

from services.complaints.app import assemble
from services.complaints.settings import PORT, Settings
from shared.service import run

if __name__ == "__main__":
    run("complaints", Settings, assemble, port=PORT)

"""Runs the service: `python -m services.notifications [--role api|worker|all]`."""

from services.notifications.app import assemble
from services.notifications.settings import PORT, Settings
from shared.service import run

if __name__ == "__main__":
    run("notifications", Settings, assemble, port=PORT)

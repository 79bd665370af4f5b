"""The environment variables of this service."""

from shared.settings import ServiceSettings

PORT = 8105


class Settings(ServiceSettings):
    """Nothing beyond what every service has."""

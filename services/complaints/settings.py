"""The environment variables of this service."""

from shared.files.settings import FileSettings
from shared.settings import ServiceSettings

PORT = 8103


class Settings(FileSettings, ServiceSettings):
    """What every service has, and where the files of cases lie."""

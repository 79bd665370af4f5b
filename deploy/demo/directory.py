"""Opens the directory's own database through its own code, for who works where nobody has a post yet."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from pymongo.errors import PyMongoError

from deploy.embedded import environment, places
from deploy.embedded.broken import Broken
from services.directory.app import assemble
from services.directory.settings import Settings
from services.directory.usecases.use import Use
from shared.service import base_of
from shared.store.store import OutcomeUnknown


def directory_settings() -> Settings:
    """Those of the running stack, or of the environment where it says otherwise."""
    folder = places.data_folder()
    scaled = environment.clock_file(folder).exists()
    env = environment.of_service(
        environment.addresses(environment.idp_of(folder)), folder, scaled_clock=scaled
    )
    told = {name.removeprefix("PAYGIR_").lower(): value for name, value in env.items()}
    return Settings.model_validate({name: told[name] for name in Settings.model_fields if name in told})


@asynccontextmanager
async def opened_directory(settings: Settings) -> AsyncGenerator[Use]:
    """The directory's use cases; what they save, the running directory publishes.

    Raises:
        Broken: MongoDB doesn't answer.
    """
    base = base_of("directory", settings)
    parts = assemble(base)
    try:
        for repository in parts.repositories:
            await repository.make_indexes()
        yield parts.use
    except (PyMongoError, OutcomeUnknown) as error:
        raise Broken(
            fa="پایگاه دادهٔ MongoDB پاسخ نمی‌دهد. نخست «paygir up» را اجرا کنید.",
            en="MongoDB does not answer. Start it with `paygir up`.",
            detail=str(error)[:300],
        ) from error
    finally:
        await base.database.client.close()

"""`paygir keys`: the keys of persons, and the master key that they are wrapped under."""

import asyncio

import typer
from pymongo.errors import PyMongoError

from deploy.cli.services import PATIENCE_MS, all_databases, no_answer
from deploy.embedded import environment, places
from deploy.embedded.broken import Broken
from deploy.embedded.say import say
from deploy.embedded.secret_files import master_key_file
from services.notifications.storage.subscriptions import Subscriptions
from services.notifications.usecases.subscriptions import rewrap as rewrap_secrets
from shared.clock import wall_now
from shared.keys.keeper import Keeper
from shared.keys.storage import PersonKeys, keys_database
from shared.keys.wrapping import CannotWrap, KeyWrapper
from shared.mongo import connect
from shared.sealing import MasterKey, NoKey, Unopenable
from shared.service import wrapper_of
from shared.settings import ServiceSettings

NOTIFICATIONS = "notifications"
"""Whose database has the secrets by which other systems know us."""
app = typer.Typer(no_args_is_help=True, help="The keys of persons.")


@app.callback()
def keys() -> None:
    """So that `rewrap` is named, for as long as it stands alone."""


@app.command()
def rewrap() -> None:
    """Wrap all keys of persons, and other systems' secrets, under the newest master key; with the settings
    that the services have.
    """
    settings = ServiceSettings()
    file = settings.key_file or (None if settings.key else master_key_file(places.data_folder()))
    try:
        master_key = MasterKey.from_settings(file=file, text=settings.key)
        count = asyncio.run(_rewrap(wrapper_of(settings, master_key), master_key))
    except (NoKey, CannotWrap) as error:
        raise Broken(
            fa=f"کلید اصلی در دسترس نیست: {error}", en=f"No master key to wrap by: {error}"
        ) from error
    except Unopenable as error:
        raise Broken(
            fa=f"کلید {error} با هیچ‌یک از کلیدهای اصلی باز نمی‌شود.",
            en=f"The key of {error} was wrapped under none of these master keys.",
        ) from error
    except PyMongoError as error:
        raise no_answer(error) from error
    say(fa=f"{count} کلید با کلید اصلی تازه پیچیده شد.", en=f"{count} keys were wrapped anew.")


async def _rewrap(wrapper: KeyWrapper, master_key: MasterKey) -> int:
    """In every service that makes keys; the others get the new wrapping over the bus."""
    async with connect(environment.addresses().mongodb, timeout_ms=PATIENCE_MS) as client:
        databases = await all_databases(client)
        names = {database.name for database in databases}
        owners = [one for one in databases if keys_database(one).name in names]
        now = wall_now()
        keys = sum([await Keeper(PersonKeys(one), wrapper, master_key).rewrap(now) for one in owners])
        telling = [one for one in databases if one.name.endswith(NOTIFICATIONS)]
        return keys + sum([await rewrap_secrets(Subscriptions(one), wrapper, now) for one in telling])

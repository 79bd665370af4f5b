"""`paygir token` and `paygir account`: to try things as whoever acts for a post now."""

import asyncio
from pathlib import Path
from typing import Annotated

import httpx
import typer

from deploy.demo.directory import directory_settings, opened_directory
from deploy.demo.tokens import NoToken, account_of, token_for
from deploy.embedded import environment, places
from deploy.embedded.broken import Broken
from deploy.embedded.environment import Idp
from services.directory.settings import Settings
from services.directory.usecases import agencies
from shared.store.repository import NotFound

Post = Annotated[str, typer.Option(help="Such as water.customer-affairs.officer-1")]


def token(post: Post) -> None:
    """Print a token of who acts for a post now, as in: curl -H "Authorization: Bearer $(paygir token …)"."""
    folder = places.data_folder()
    print(asyncio.run(token_of(post, directory_settings(), idp=environment.idp_of(folder), folder=folder)))


def account(post: Post) -> None:
    """Print the username and password by which who acts for a post now signs in to the demo's Keycloak."""
    folder, settings = places.data_folder(), directory_settings()
    if environment.idp_of(folder) is not Idp.KEYCLOAK:
        raise Broken(
            fa="حساب کاربری را Keycloak نگه می‌دارد. نخست «paygir up --idp keycloak» را اجرا کنید.",
            en="Keycloak keeps the accounts. Start it with `paygir up --idp keycloak`.",
        )
    print(*asyncio.run(_account_of(post, settings, folder)))


async def token_of(
    post_id: str, settings: Settings, *, idp: Idp = Idp.DEV, folder: Path | None = None
) -> str:
    """An access token from the issuer that `paygir up` started.

    Raises:
        Broken: There is no such post, nobody acts for it now, or the issuer gives none.
    """
    person, agency_id = await _who_acts_for(post_id, settings), post_id.split(".", 1)[0]
    try:
        return await token_for(
            person, agency_id, idp=idp, issuer=settings.issuer, folder=folder or places.data_folder()
        )
    except NoToken as error:
        raise _silent(settings, str(error)) from error


async def _account_of(post_id: str, settings: Settings, folder: Path) -> tuple[str, str]:
    person, agency_id = await _who_acts_for(post_id, settings), post_id.split(".", 1)[0]
    try:
        return person, await account_of(person, agency_id, issuer=settings.issuer, folder=folder)
    except httpx.HTTPError as error:
        raise _silent(settings, str(error)[:300]) from error


def _silent(settings: Settings, why: str) -> Broken:
    return Broken(
        fa=f"صادرکنندهٔ نشانه در {settings.issuer} نشانه‌ای نداد. نخست «paygir up» را اجرا کنید.",
        en=f"The issuer at {settings.issuer} gave no token. Start it with `paygir up`.",
        detail=why,
    )


async def _who_acts_for(post_id: str, settings: Settings) -> str:
    async with opened_directory(settings) as use:
        try:
            person = await agencies.holder_of(use, post_id)
        except NotFound:
            raise Broken(fa=f"پستی به نام «{post_id}» نیست.", en=f"There is no post {post_id}.") from None
    if person is None:
        raise Broken(fa=f"پست «{post_id}» اکنون متصدی ندارد.", en=f"Nobody acts for the post {post_id} now.")
    return person

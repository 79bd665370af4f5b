"""`paygir token`: a token of whoever acts for a post now, to try things by hand."""

import asyncio
from typing import Annotated

import httpx
import typer

from deploy.demo.directory import directory_settings, opened_directory
from deploy.embedded.broken import Broken
from services.directory.settings import Settings
from services.directory.usecases import agencies
from shared.store.repository import NotFound


def token(
    post: Annotated[str, typer.Option(help="Such as water.customer-affairs.officer-1")],
) -> None:
    """Print a token of who acts for a post now, as in: curl -H "Authorization: Bearer $(paygir token …)"."""
    print(asyncio.run(token_of(post, directory_settings())))


async def token_of(post_id: str, settings: Settings) -> str:
    """An access token from the development issuer.

    Raises:
        Broken: There is no such post, nobody acts for it now, or the issuer gives none.
    """
    person = await _who_acts_for(post_id, settings)
    agency_id = post_id.split(".", 1)[0]
    try:
        async with httpx.AsyncClient(base_url=settings.issuer, timeout=5.0, trust_env=False) as issuer:
            registered = await issuer.put(f"/subjects/{person}", json={"agency": agency_id})
            registered.raise_for_status()
            asked = await issuer.post("/token", json={"subject": person})
            return str(asked.raise_for_status().json()["access_token"])
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise Broken(
            fa=f"صادرکنندهٔ آزمایشی نشانه در {settings.issuer} پاسخ نداد. نخست «paygir up» را اجرا کنید.",
            en=f"The development issuer at {settings.issuer} gave no token. Start it with `paygir up`.",
            detail=str(error)[:300],
        ) from error


async def _who_acts_for(post_id: str, settings: Settings) -> str:
    async with opened_directory(settings) as use:
        try:
            person = await agencies.holder_of(use, post_id)
        except NotFound:
            raise Broken(fa=f"پستی به نام «{post_id}» نیست.", en=f"There is no post {post_id}.") from None
    if person is None:
        raise Broken(fa=f"پست «{post_id}» اکنون متصدی ندارد.", en=f"Nobody acts for the post {post_id} now.")
    return person

"""`paygir demo`: the main job, told step by step on the running stack."""

import asyncio
import secrets
from typing import Annotated

import typer

from deploy.demo.story import main_job
from deploy.demo.story.world import StoryBroken, world
from deploy.embedded import environment, places, ports
from deploy.embedded.broken import Broken


def demo(
    mobile: Annotated[str, typer.Option(help="The citizen's mobile; a made-up one if not given")] = "",
) -> None:
    """Tell the main job on a stack that was started with `paygir up --clock scaled`."""
    folder = places.data_folder()
    if not environment.clock_file(folder).exists():
        raise Broken(
            fa="داستان به ساعت نمایشی نیاز دارد. در پنجره‌ای دیگر «paygir up --clock scaled» را اجرا کنید.",
            en="The story needs a clock that can be moved. Run `paygir up --clock scaled` in another window.",
        )
    number = mobile or f"0912{secrets.randbelow(10**7):07d}"

    async def tell() -> None:
        async with world(offset=ports.offset(), folder=folder) as one:
            await main_job.tell(one, number)

    try:
        asyncio.run(tell())
    except StoryBroken as broken:
        raise Broken(fa=f"داستان نیمه‌کاره ماند: {broken}", en=f"The story broke off: {broken}") from None

"""A caller that is cancelled while the driver connects leaves no socket to the collector."""

import asyncio
import gc
import warnings

import pytest

from shared.mongo import connect

CALLERS = 8
TURNS = 40  # without the mend, one caller in five leaves a socket


@pytest.mark.real
async def test_callers_cancelled_while_the_driver_connects_leave_no_socket_open(mongodb: str) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        for turn in range(TURNS):
            async with connect(mongodb) as client:
                await client.admin.command("ping")
                callers = [asyncio.create_task(client.admin.command("ping")) for _ in range(CALLERS)]
                await asyncio.sleep(turn / 10_000)
                for one in callers:
                    one.cancel()
                await asyncio.gather(*callers, return_exceptions=True)
        gc.collect()

    assert [str(one.message) for one in seen if one.category is ResourceWarning] == []

"""Digests get out through kills and an outage, and tampering shows to an auditor while the service runs."""

import asyncio
import os
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from deploy.embedded.places import ROOT
from shared.audit.digest import Digest, read_digest
from shared.audit.keys import PublicKeys
from shared.clock import FileClock
from shared.store.codec import BSON_OPTIONS
from tests.journeys.citizens import Citizens, complaint
from tests.journeys.stack import MARKS, Stack, stack_for
from tests.province import SATURDAY_NINE
from tests.shared.audit import forger
from tests.shared.audit.receiver import Receiver, receiving

pytestmark = MARKS
WORKERS = ("complaints.worker", "complaints.worker-2")
HOUR = timedelta(hours=1)
FRIDAY_NINE = SATURDAY_NINE - timedelta(days=1)  # closed: no clock touches what the digests are counted by


async def test_digests_get_out_through_kills_and_an_outage_and_tampering_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with receiving() as receiver, stack_for("complaints.api", *WORKERS, scaled_clock=True) as stack:
        monkeypatch.setenv("PAYGIR_DIGESTS_WEBHOOK", receiver.url)
        receiver.status = 503
        clock = FileClock(stack.folder / "clock.json")
        clock.set(to=FRIDAY_NINE, scale=0.0)
        await stack.start("mongodb", "issuer")
        await stack.settle("complaints")
        await stack.start("complaints.api")
        citizens = Citizens(stack, "complaints.api")
        await asyncio.gather(*map(citizens.file, range(10)))
        await stack.start(*WORKERS)
        await stack.eventually("the first digest", lambda: kept(stack), lambda seen: len(seen) == 1)

        for hour in (1, 2):
            await asyncio.gather(*map(citizens.file, range(10 * hour, 10 * hour + 10)))
            await stack.kill(WORKERS[hour - 1])
            clock.set(to=FRIDAY_NINE + hour * HOUR)
            await stack.eventually("the next", lambda: kept(stack), lambda seen, n=hour + 1: len(seen) == n)
            await stack.start(WORKERS[hour - 1])

        assert receiver.taken == []
        receiver.status = 200
        await stack.stop(*WORKERS)  # and forgets how long it wanted to wait
        await stack.start(*WORKERS)
        await stack.eventually("what was waited with", lambda: came(receiver), lambda seen: len(seen) >= 3)
        digests = await kept(stack)
        assert list(dict.fromkeys(receiver.taken)) == lines(stack)
        kinds = [Counter(head.kind for head in one.heads) for one in digests]
        assert kinds == [Counter(complaints=10, keys=10)] * 3
        assert no_person_in(lines(stack))
        assert "paygir_digest_sent_age_seconds" in await metrics(stack, WORKERS[0])

        await tampered_with(stack)


async def tampered_with(stack: Stack) -> None:
    """What the auditor is told, before and after."""
    complaints = stack.mongodb["paygir_complaints"].get_collection("complaints", BSON_OPTIONS)
    assert await audit(stack) == (0, ["complaints: 60 documents and 3 digests checked; 0 findings."])

    first, second, third = [
        one["_id"] async for one in complaints.find({}, {"_id": 1}).sort("_id", 1).limit(3)
    ]
    await forger.edit_and_chain_anew(complaints, first, 1, by="somebody else")
    await forger.edit_state(complaints, second, answered_at=SATURDAY_NINE)
    await complaints.delete_one({"_id": third})

    code, said = await audit(stack)
    assert code == 1
    named = f"water/complaints/{first}: entry 1 is not the one that digest 1 names"
    assert said[0].startswith(f"complaints: {named}")
    assert said[1].startswith(
        f"complaints: water/complaints/{second}: it is not what its last entry (1) left"
    )
    assert said[2].startswith(f"complaints: water/complaints/{third}: the document was removed")
    assert said[3:] == ["complaints: 59 documents and 3 digests checked; 3 findings."]

    _, told = await audit(stack, language="fa")
    assert "سند حذف شده است" in told[2]


async def audit(stack: Stack, *, language: str = "en") -> tuple[int, list[str]]:
    """`paygir audit verify complaints`: its code and what it said."""
    env = {
        **os.environ,
        "PAYGIR_DATA": str(stack.folder),
        "PAYGIR_MONGODB": stack.addresses.mongodb,
        "PAYGIR_LANGUAGE": language,
    }
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "deploy.cli", "audit", "verify", "complaints"],
        cwd=ROOT,
        env=env,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode().splitlines()


def lines(stack: Stack) -> list[bytes]:
    """What lies in the folder of water's digests."""
    file = stack.folder / "digests" / "complaints" / "water.jsonl"
    return file.read_bytes().splitlines(keepends=True) if file.exists() else []


async def kept(stack: Stack) -> list[Digest]:
    """The same, read with the public key that lies beside the data."""
    await asyncio.sleep(0)
    return [read_digest(line, public_keys(stack.folder)) for line in lines(stack)]


def public_keys(folder: Path) -> PublicKeys:
    return PublicKeys.from_pem((folder / "audit.pub").read_bytes())


async def came(receiver: Receiver) -> list[bytes]:
    """What the webhook's receiver has taken."""
    await asyncio.sleep(0)
    return list(dict.fromkeys(receiver.taken))


async def metrics(stack: Stack, name: str) -> str:
    """What a process shows to operators."""
    return (await stack.http.get(stack.url(name, "/metrics"))).text


def no_person_in(digests: list[bytes]) -> bool:
    """Not a citizen's number or word."""
    told = b"".join(digests)
    words = [complaint(number)["mobile"].encode() for number in range(30)]
    return not any(word in told for word in words) and b"text" not in orjson.dumps(orjson.loads(digests[0]))

"""In which words citizens are told: read, drafted, looked at, tried, published, withdrawn."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.notifications import access, rules
from services.notifications.api.parts import Lines, UseIt
from services.notifications.domain.message import Message
from services.notifications.domain.occasions import Preview
from services.notifications.domain.status import Status
from services.notifications.domain.words import AGENCY, Source
from services.notifications.usecases import trying, wordings
from services.notifications.usecases.trying import Which
from services.notifications.usecases.wordings import Standing
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.directory import Name
from shared.language import Text
from shared.store.repository import Saved
from shared.web.fields import OfNobody
from shared.web.parts import V1, Body, IdempotencyKey, IfMatch, View, example, once
from shared.web.problems import Problem

router = APIRouter(prefix=V1, tags=["wordings"])
Worder = Annotated[Who, Depends(allowed(access.WORD))]
WORDS_MAX = 1000
EXAMPLE = "شکایت شما نزد {agency} است. کد پیگیری:\n{code}\nتا {due} پاسخ می‌گیرید."
NO_MOBILE = Problem(
    409,
    "no-mobile-of-yours",
    Text(
        fa="شمارهٔ همراهی از شما ثبت نیست؛ آن را در راه‌های ارتباط خود ثبت کنید و دوباره بفرستید.",
        en="No mobile of yours is known; enter it with your own contacts, then send this again.",
    ),
)


class WordsBody(Body):
    """The words with their places in braces; which there are stands with the wording."""

    model_config = example(words=EXAMPLE)

    words: Annotated[str, Field(min_length=1, max_length=WORDS_MAX), Lines, OfNobody]


class TryBody(Body):
    """What is sent to the caller's own mobile."""

    model_config = example(which="draft")

    which: Which


class PlaceView(View):
    """What may stand in braces, and an example as long as it can get. `needed` must not be left out."""

    name: str
    example: str
    needed: bool


class PreviewView(View):
    """How words read on a phone; null for what can't be sent. `wrong` is all that keeps them from being
    published.
    """

    shown: str | None
    characters: int | None
    parts: int | None
    wrong: list[Name]


class StandingView(View):
    """One thing that is told, and the words that hold for it: whose, in which version, how they read."""

    id: str
    name: str
    title: Name
    source: Source
    version: int
    words: str
    places: list[PlaceView]
    preview: PreviewView
    has_draft: bool


class StandingsView(View):
    """All that the caller's agency may word, and the clause for which it is told."""

    clause: str
    wordings: list[StandingView]


class VersionView(View):
    """Words as they were published, by which post."""

    version: int
    words: str
    post_id: str
    published_at: datetime


class WordingView(StandingView):
    """The same with the agency's own draft and the versions that it published, oldest first."""

    draft: str | None
    versions: list[VersionView]


class TriedView(View):
    """The message that was queued."""

    message_id: str
    status: Status
    queued_at: datetime


@router.get("/wordings")
async def standings(who: Worder, use: UseIt) -> StandingsView:
    """Everything that citizens are told, with the words that hold: own, the province's or the release's."""
    found = await wordings.standings(use, who)
    return StandingsView(clause=rules.WORDED.clause, wordings=[_standing(one) for one in found])


@router.get("/wordings/{id_}")
async def standing(id_: str, who: Worder, use: UseIt, response: Response) -> WordingView:
    """One of them, with its versions."""
    return _tagged(response, await wordings.standing(use, who, id_))


@router.put("/wordings/{id_}/draft")
async def draft(
    id_: str, body: WordsBody, who: Worder, use: UseIt, response: Response, if_match: IfMatch
) -> WordingView:
    """Write the agency's own words; until they are published nothing is told in them."""
    return _tagged(response, await wordings.draft(use, who, id_, body.words, if_match))


@router.post("/wordings/{id_}/preview")
async def preview(id_: str, body: WordsBody, who: Worder, use: UseIt) -> PreviewView:
    """See how words would read, in how many parts, and what is wrong with them. Nothing is kept."""
    return _preview(await wordings.preview(use, who, id_, body.words))


@router.post("/wordings/{id_}/publish")
async def publish(id_: str, who: Worder, use: UseIt, response: Response, if_match: IfMatch) -> WordingView:
    """Tell citizens in the draft's words from now on. A draft with anything wrong in it is refused here."""
    return _tagged(response, await wordings.publish(use, who, id_, if_match))


@router.post("/wordings/{id_}/withdraw")
async def withdraw(id_: str, who: Worder, use: UseIt, response: Response, if_match: IfMatch) -> WordingView:
    """Let the province's words hold again, or the release's."""
    return _tagged(response, await wordings.withdraw(use, who, id_, if_match))


@router.post("/wordings/{id_}/test", status_code=201)
async def try_out(id_: str, body: TryBody, who: Worder, use: UseIt, key: IdempotencyKey = None) -> TriedView:
    """Send the words, with examples in their places, to the caller's own mobile."""
    first = once(key, f"{who.agency_id} {trying.TEMPLATE} {id_} {who.subject}", body, use.master_key)
    try:
        return _tried(await trying.try_out(use, who, id_, body.which, first))
    except trying.NoMobile:
        raise NO_MOBILE from None


def _tagged(response: Response, one: Standing) -> WordingView:
    response.headers["etag"] = f'"{one.version}"'
    own = one.own
    versions = () if own is None else own.versions
    return WordingView(
        **_standing(one).model_dump(),
        draft=None if own is None else own.draft,
        versions=[
            VersionView(
                version=said.number,
                words=said.text,
                post_id=said.post_id,
                published_at=said.published_at,
            )
            for said in versions
        ],
    )


def _standing(one: Standing) -> StandingView:
    occasion = one.occasion
    return StandingView(
        id=one.id,
        name=occasion.name,
        title=_both(occasion.title),
        source=one.words.source,
        version=one.words.version,
        words=one.words.text,
        places=[
            PlaceView(name=name, example=value, needed=name in occasion.needed)
            for name, value in {**occasion.examples, AGENCY: one.agency}.items()
        ],
        preview=_preview(one.preview),
        has_draft=one.own is not None and one.own.draft is not None,
    )


def _preview(one: Preview) -> PreviewView:
    return PreviewView(
        shown=one.shown,
        characters=one.characters,
        parts=one.parts,
        wrong=[_both(fault) for fault in one.faults],
    )


def _tried(saved: Saved[Message]) -> TriedView:
    state = saved.state
    return TriedView(message_id=state.id, status=state.status, queued_at=state.queued_at)


def _both(text: Text) -> Name:
    return Name(fa=text.fa, en=text.en)

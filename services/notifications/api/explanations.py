"""Rules, rights and duties in an agency's words: written, published, withdrawn, read aloud by a menu."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from services.notifications import access, rules
from services.notifications.api.inbound import Given, value_of
from services.notifications.api.ivr import Said, must_be_menu
from services.notifications.api.parts import Lines, UseIt
from services.notifications.domain.explanation import NUMBERS_MAX, Explained, Explanation, Kind, fault_of
from services.notifications.domain.sms import parts_of
from services.notifications.usecases import explaining
from services.notifications.usecases.scope import chart_of
from shared.access.guard import allowed, open_to_all
from shared.access.who import Who
from shared.events.directory import PROVINCE, Name
from shared.store.repository import NotFound, Saved
from shared.web.fields import TYPED_MAX, OfNobody
from shared.web.parts import V1, Body, IfMatch, View, example

router = APIRouter(prefix=V1, tags=["explanations"])
Worder = Annotated[Who, Depends(allowed(access.WORD))]
TITLE_MAX, TEXT_MAX, SOURCE_MAX, DIGITS_MAX = 60, 1000, 120, 2
ONE_LINE = r"^[^\r\n]*\S[^\r\n]*$"


class ExplainedBody(Body):
    """A rule, right, duty or mutual expectation in plain words: what it is called, what it says, and where
    that is written.
    """

    model_config = example(
        kind="right",
        title="مهلت پاسخ به شکایت",
        words="دستگاه باید تا سه ساعت کاری به شکایت شما پاسخ دهد. اگر ندهد، شکایت نزد مقام بالاتر می‌رود.",
        source="بند ۶ دستورالعمل فواد",
    )

    kind: Kind = Kind.RULE
    title: Annotated[str, Field(min_length=1, max_length=TITLE_MAX, pattern=ONE_LINE), OfNobody]
    words: Annotated[str, Field(min_length=1, max_length=TEXT_MAX), Lines, OfNobody]
    source: Annotated[str, Field(min_length=1, max_length=SOURCE_MAX, pattern=ONE_LINE), OfNobody]


class ExplainedView(View):
    """The same, and in so many parts it is sent. `wrong` keeps it from being published."""

    kind: Kind
    title: str
    words: str
    source: str
    parts: int
    wrong: Name | None


class ExplanationView(View):
    """What stands under the number `rule`: `in_force` is told, `draft` is to take its place."""

    rule: int
    version: int
    draft: ExplainedView | None
    in_force: ExplainedView | None
    published_at: datetime | None


class ExplanationsView(View):
    """All that the agency has written, and the clause for which it does."""

    clause: str
    explanations: list[ExplanationView]


class SpokenView(View):
    """One as it is read aloud; its number is what a caller presses."""

    rule: int
    kind: Kind
    title: str
    sentences: list[str]


class SpokenAllView(View):
    """All that an agency explains: its own, and under other numbers the province's."""

    explanations: list[SpokenView]


@router.get("/explanations")
async def explanations(who: Worder, use: UseIt) -> ExplanationsView:
    """What the caller's agency has written, by number."""
    most = await explaining.parts_max(use, who.agency_id)
    found = [_view(one, most) for one in await explaining.own(use, who)]
    return ExplanationsView(clause=rules.EXPLAINED_PARTS.clause, explanations=found)


@router.put("/explanations/{agency_id}/{number}")
async def write(
    agency_id: str,
    number: str,
    body: ExplainedBody,
    who: Worder,
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> ExplanationView:
    """Write it, or write it anew; until it is published nobody is told it."""
    draft = Explained(kind=body.kind, title=body.title, text=body.words, source=body.source)
    return await _tagged(
        use, response, await explaining.write(use, _own(who, agency_id), _number(number), draft, if_match)
    )


@router.post("/explanations/{agency_id}/{number}/publish")
async def publish(
    agency_id: str, number: str, who: Worder, use: UseIt, response: Response, if_match: IfMatch
) -> ExplanationView:
    """Tell it to whoever asks from now on."""
    return await _tagged(
        use, response, await explaining.publish(use, _own(who, agency_id), _number(number), if_match)
    )


@router.post("/explanations/{agency_id}/{number}/withdraw")
async def withdraw(
    agency_id: str, number: str, who: Worder, use: UseIt, response: Response, if_match: IfMatch
) -> ExplanationView:
    """Tell it no more; what the province has under the number holds again."""
    return await _tagged(
        use, response, await explaining.withdraw(use, _own(who, agency_id), _number(number), if_match)
    )


@router.get("/ivr/explanations")
@open_to_all(access.IVR)
async def spoken(use: UseIt, said: Said) -> SpokenAllView:
    """A voice menu asks, with its `key`, what an `agency` explains; without one, what the province does."""
    return await _spoken(use, said)


@router.post("/ivr/explanations")
@open_to_all(access.IVR)
async def spoken_by_form(use: UseIt, said: Said) -> SpokenAllView:
    """The same as a form: so the menu's key stands in no address that others may log."""
    return await _spoken(use, said)


async def _spoken(use: UseIt, said: Given) -> SpokenAllView:
    must_be_menu(use, said)
    agency_id = value_of(said, "agency", TYPED_MAX) or PROVINCE
    if agency_id != PROVINCE:
        await chart_of(use, agency_id)
    return SpokenAllView(
        explanations=[
            SpokenView(
                rule=each.number, kind=each.one.kind, title=each.one.title, sentences=[*each.one.sentences]
            )
            for each in await explaining.told(use, agency_id)
        ]
    )


def _number(typed: str) -> int:
    """A rule's number; there are no others."""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= DIGITS_MAX else 0
    if not 1 <= number <= NUMBERS_MAX:
        raise NotFound(typed)
    return number


def _own(who: Who, agency_id: str) -> Who:
    """The caller, at what is their own agency's; another's is not found."""
    if who.agency_id != agency_id:
        raise NotFound(agency_id)
    return who


async def _tagged(use: UseIt, response: Response, saved: Saved[Explanation]) -> ExplanationView:
    response.headers["etag"] = f'"{saved.version}"'
    return _view(saved, await explaining.parts_max(use, saved.state.agency_id))


def _view(saved: Saved[Explanation], parts_max: int) -> ExplanationView:
    one = saved.state
    return ExplanationView(
        rule=one.number,
        version=saved.version,
        draft=one.draft and _explained(one.draft, parts_max),
        in_force=one.in_force and _explained(one.in_force, parts_max),
        published_at=one.published_at,
    )


def _explained(one: Explained, parts_max: int) -> ExplainedView:
    fault = fault_of(one, parts_max)
    return ExplainedView(
        kind=one.kind,
        title=one.title,
        words=one.text,
        source=one.source,
        parts=parts_of(one.shown),
        wrong=None if fault is None else Name(fa=fault.fa, en=fault.en),
    )

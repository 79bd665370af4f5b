"""Press cases as they are shown."""

from datetime import datetime

from fastapi import Response
from pydantic import Field

from services.complaints.domain.press import PressCase, PressStatus, Publication
from shared.calendar.jalali import show_day_in_figures
from shared.events.complaints_press import MediumKind, PressKind
from shared.store.repository import Page, Saved
from shared.web.parts import PageView, View


class SendingView(View):
    """To which office it went, before which head, and when headquarters followed it up last."""

    unit_id: str
    by_post: str
    to_post: str | None
    at: datetime
    urged_at: datetime | None


class DraftView(View):
    """A wording of the answer; `returned` is why headquarters didn't approve it."""

    number: int
    text: str
    by_post: str
    at: datetime
    returned: str | None


class PressAnswerView(View):
    """What headquarters approved, and whether it was in time."""

    draft: int
    text: str
    by_post: str
    at: datetime
    in_time: bool
    late_by_s: int


class PublicationView(View):
    """Where the public reads the answer: an item of the site, or a link and why it isn't there."""

    at: datetime
    in_time: bool
    late_by_s: int
    item_id: str | None
    link: str | None
    reason: str | None


class PressRow(View):
    """A press case in a list. `due_at` is of what is owed now, null once nothing is."""

    id: str
    kind: PressKind
    medium: MediumKind
    medium_name: str
    seen_on: str = Field(examples=["1405/08/29"])
    headline: str
    unit_id: str | None
    status: PressStatus
    entered_at: datetime
    due_at: datetime | None
    level: int
    level_post: str | None


class PressView(PressRow):
    """A press case with all that became of it."""

    text: str
    link: str | None
    found_by: str
    sendings: list[SendingView]
    drafts: list[DraftView]
    answer: PressAnswerView | None
    publication: PublicationView | None
    complaint_id: str | None


def rows(page: Page[PressCase]) -> PageView[PressRow]:
    """A page of a list."""
    return PageView(items=[_row(saved.state) for saved in page.items], next=page.next)


def tagged(response: Response, saved: Saved[PressCase]) -> PressView:
    """One case, with its ETag."""
    response.headers["etag"] = saved.etag
    case = saved.state
    return PressView(
        **_row(case).model_dump(),
        text=case.clipping.text,
        link=case.clipping.link,
        found_by=case.found_by,
        sendings=[
            SendingView(
                unit_id=one.unit_id,
                by_post=one.by_post,
                to_post=one.to_post,
                at=one.at,
                urged_at=one.urged_at,
            )
            for one in case.sendings
        ],
        drafts=[
            DraftView(number=one.number, text=one.text, by_post=one.by_post, at=one.at, returned=one.returned)
            for one in case.drafts
        ],
        answer=_answer_view(case),
        publication=case.publication and _publication_view(case.publication),
        complaint_id=case.complaint_id,
    )


def _row(case: PressCase) -> PressRow:
    owed = case.deadline
    return PressRow(
        id=case.id,
        kind=case.kind,
        medium=case.clipping.medium,
        medium_name=case.clipping.medium_name,
        seen_on=show_day_in_figures(case.clipping.seen_on).en,
        headline=case.clipping.headline,
        unit_id=case.unit_id,
        status=case.status,
        entered_at=case.entered_at,
        due_at=owed and owed.due_at,
        level=owed.level if owed else 0,
        level_post=owed and owed.level_post,
    )


def _answer_view(case: PressCase) -> PressAnswerView | None:
    answer = case.answer
    if answer is None:
        return None
    return PressAnswerView(
        draft=answer.draft,
        text=case.drafts[answer.draft - 1].text,
        by_post=answer.by_post,
        at=answer.at,
        in_time=answer.in_time,
        late_by_s=round(answer.late_by.total_seconds()),
    )


def _publication_view(publication: Publication) -> PublicationView:
    return PublicationView(
        at=publication.at,
        in_time=publication.in_time,
        late_by_s=round(publication.late_by.total_seconds()),
        item_id=publication.item_id,
        link=publication.link,
        reason=publication.reason,
    )

"""Items, as staff work on them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from services.content import access, usecases
from services.content.domain.item import REVISIONS_MAX, Item, Wording, approved_by
from services.content.domain.revision import Revision, Status
from services.content.storage import standing_at, with_status
from services.content.usecases import Submission, Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.store.repository import Page, Saved
from shared.web.history import HistoryView, history_views
from shared.web.parts import V1, Body, IdempotencyKey, IfMatch, Pages, PageView, View, example, once, uses

router = APIRouter(prefix=V1, tags=["content"])
EXAMPLE_CASE = "019aa4d2-7c3e-7b1a-9f00-3b5c8d1e2f40"
TITLE_MAX, TEXT_MAX, REASON_MAX, RANK_MAX = 300, 20_000, 1000, 1000
Title = Annotated[str, Field(min_length=1, max_length=TITLE_MAX)]
PressCaseId = Annotated[
    str,
    Field(max_length=36, pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", examples=[EXAMPLE_CASE]),
]
"""The press case that an item answers in public. When the item is published, the case is told of it."""
Reason = Annotated[str, Field(min_length=1, max_length=REASON_MAX)]

UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.READ))]
Submitter = Annotated[Who, Depends(allowed(access.SUBMIT))]
Reviewer = Annotated[Who, Depends(allowed(access.REVIEW))]
Approver = Annotated[Who, Depends(allowed(access.APPROVE))]
Publisher = Annotated[Who, Depends(allowed(access.PUBLISH))]


class WordingBody(Body):
    """A title and a text."""

    title: Title
    text: str = Field(min_length=1, max_length=TEXT_MAX)


class SubmissionBody(WordingBody):
    """An item, by the representative of its domain."""

    model_config = example(
        domain="water.protection",
        topic="پروانهٔ چاه",
        title="راهنمای گرفتن پروانهٔ چاه",
        text="گام نخست: ثبت درخواست. گام دوم: بازدید از محل.",
    )

    domain: str = Field(max_length=64)
    topic: Title
    press_case_id: PressCaseId | None = None


class SeenBody(Body):
    """The revision that a step is about, exactly as it was read."""

    revision: int = Field(ge=1, le=REVISIONS_MAX, strict=True)
    digest: str = Field(min_length=64, max_length=64)

    @property
    def seen(self) -> Wording:
        """As the domain asks for it."""
        return Wording(revision=self.revision, digest=self.digest)


class ReviewBody(SeenBody):
    """The group's review: 1 goes first."""

    rank: int = Field(ge=1, le=RANK_MAX, strict=True)


class ReturnBody(SeenBody):
    """Why it goes back."""

    reason: Reason


class WithdrawalBody(Body):
    """Why it is withdrawn."""

    reason: Reason


class StepView(View):
    """One step on one revision."""

    status: Status
    post_id: str
    at: datetime


class RevisionView(View):
    """A wording, and how far it came."""

    number: int
    digest: str
    title: str
    text: str
    status: Status
    rank: int | None
    reason: str | None
    steps: list[StepView]


class ItemRow(View):
    """An item in a list; revision, digest and title are the newest revision's."""

    id: str
    domain: str
    topic: str
    status: Status
    rank: int | None
    submitted_at: datetime
    revision: int
    digest: str
    title: str
    online: int | None
    press_case_id: str | None


class ItemView(ItemRow):
    """An item with all it ever said."""

    revisions: list[RevisionView]


@router.post("/items", status_code=201)
async def submit(
    body: SubmissionBody, who: Submitter, use: UseIt, response: Response, key: IdempotencyKey = None
) -> ItemView:
    """Submit an item of your domain to the group."""
    submission = Submission(**body.model_dump())
    first = once(key, who.agency_id, body, use.master_key)
    return _tagged(response, await usecases.submit(use, who, submission, first))


@router.get("/items")
async def items(
    who: Reader, use: UseIt, pages: Pages, status: Annotated[Status | None, Query()] = None
) -> PageView[ItemRow]:
    """The agency's items, the last submitted first."""
    page = await use.items.page(
        who.agency_id,
        where=with_status(status),
        by="state.submitted_at",
        newest_first=True,
        after=pages.after,
        limit=pages.limit,
    )
    return _rows(page)


@router.get("/items/to-review")
async def to_review(who: Reviewer, use: UseIt, pages: Pages) -> PageView[ItemRow]:
    """What waits for the group, the longest waiting first."""
    page = await use.items.page(
        who.agency_id,
        where=standing_at(Status.SUBMITTED),
        by="state.submitted_at",
        after=pages.after,
        limit=pages.limit,
    )
    return _rows(page)


@router.get("/items/to-approve")
async def to_approve(who: Approver, use: UseIt, pages: Pages) -> PageView[ItemRow]:
    """What waits for you as deputy of its domain, by the group's ranking."""
    page = await use.items.page(
        who.agency_id,
        where=standing_at(Status.REVIEWED, domains=approved_by(who)),
        by="state.rank",
        after=pages.after,
        limit=pages.limit,
    )
    return _rows(page)


@router.get("/items/to-publish")
async def to_publish(who: Publisher, use: UseIt, pages: Pages) -> PageView[ItemRow]:
    """What is approved and waits for the publisher, by the group's ranking."""
    page = await use.items.page(
        who.agency_id,
        where=standing_at(Status.APPROVED),
        by="state.rank",
        after=pages.after,
        limit=pages.limit,
    )
    return _rows(page)


@router.get("/items/{id_}")
async def item(id_: str, who: Reader, use: UseIt, response: Response) -> ItemView:
    """One item of the agency, with all its revisions."""
    return _tagged(response, await use.items.get(who.agency_id, id_))


@router.get("/items/{id_}/history")
async def history(id_: str, who: Reader, use: UseIt) -> list[HistoryView]:
    """Who did what and when, oldest first."""
    return history_views(await use.items.history(who.agency_id, id_))


@router.post("/items/{id_}/revisions")
async def revise(
    id_: str, body: WordingBody, who: Submitter, use: UseIt, response: Response, if_match: IfMatch
) -> ItemView:
    """Submit a new wording: it has the whole way before it, and what is online stays meanwhile."""
    return _tagged(
        response,
        await usecases.revise(use, who, id_, title=body.title, text=body.text, if_match=if_match),
    )


@router.post("/items/{id_}/review")
async def review(
    id_: str, body: ReviewBody, who: Reviewer, use: UseIt, response: Response, if_match: IfMatch
) -> ItemView:
    """Record that the group reviewed it, and its rank."""
    saved = await usecases.review(use, who, id_, body.seen, rank=body.rank, if_match=if_match)
    return _tagged(response, saved)


@router.post("/items/{id_}/review/return")
async def send_back_at_review(
    id_: str, body: ReturnBody, who: Reviewer, use: UseIt, response: Response, if_match: IfMatch
) -> ItemView:
    """Record that the group sends it back to the representative."""
    saved = await usecases.send_back_at_review(
        use, who, id_, body.seen, reason=body.reason, if_match=if_match
    )
    return _tagged(response, saved)


@router.post("/items/{id_}/approval")
async def approve(
    id_: str, body: SeenBody, who: Approver, use: UseIt, response: Response, if_match: IfMatch
) -> ItemView:
    """Give the final approval, as deputy of its domain, to exactly the revision you read."""
    return _tagged(response, await usecases.approve(use, who, id_, body.seen, if_match))


@router.post("/items/{id_}/approval/return")
async def send_back_at_approval(
    id_: str, body: ReturnBody, who: Approver, use: UseIt, response: Response, if_match: IfMatch
) -> ItemView:
    """Send it back to the representative instead of approving it."""
    saved = await usecases.send_back_at_approval(
        use, who, id_, body.seen, reason=body.reason, if_match=if_match
    )
    return _tagged(response, saved)


@router.post("/items/{id_}/publication")
async def publish(
    id_: str, body: SeenBody, who: Publisher, use: UseIt, response: Response, if_match: IfMatch
) -> ItemView:
    """Put the approved revision on the site."""
    return _tagged(response, await usecases.publish(use, who, id_, body.seen, if_match))


@router.post("/items/{id_}/withdrawal")
async def withdraw(
    id_: str, body: WithdrawalBody, who: Submitter, use: UseIt, response: Response, if_match: IfMatch
) -> ItemView:
    """Take an item of your domain back, off the site too."""
    return _tagged(response, await usecases.withdraw(use, who, id_, body.reason, if_match))


def _tagged(response: Response, saved: Saved[Item]) -> ItemView:
    response.headers["etag"] = saved.etag
    revisions = [_revision_view(revision) for revision in saved.state.revisions]
    return ItemView(**_row(saved.state).model_dump(), revisions=revisions)


def _rows(page: Page[Item]) -> PageView[ItemRow]:
    return PageView(items=[_row(saved.state) for saved in page.items], next=page.next)


def _row(item: Item) -> ItemRow:
    return ItemRow(
        id=item.id,
        domain=item.domain,
        topic=item.topic,
        status=item.status,
        rank=item.rank,
        submitted_at=item.submitted_at,
        revision=item.newest.number,
        digest=item.newest.digest,
        title=item.newest.title,
        online=None if item.online is None else item.online.revision,
        press_case_id=item.press_case_id,
    )


def _revision_view(revision: Revision) -> RevisionView:
    return RevisionView(
        number=revision.number,
        digest=revision.digest,
        title=revision.title,
        text=revision.text,
        status=revision.status,
        rank=revision.rank,
        reason=revision.reason,
        steps=[StepView(status=one.status, post_id=one.post_id, at=one.at) for one in revision.steps],
    )

"""HTTP in, HTTP out. Decides nothing."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BeforeValidator

from services.reporting import access, usecases
from services.reporting.domain.card import FOLLOW_SAYS, RANK_SAYS, SHARES, Card, Follow, Rank, percent
from services.reporting.domain.facts import Source
from services.reporting.domain.figures import figure_named
from services.reporting.usecases import Placed, Shown, Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.calendar.jalali import JalaliQuarter
from shared.language import Text
from shared.web.parts import V1, Pages, PageView, View, uses
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["report cards"])
NAME_MAX = 64


def _quarter(text: str) -> str:
    try:
        return str(JalaliQuarter.parse(text))
    except ValueError:
        raise ValueError(
            Text(fa="فصل را مانند ۱۴۰۵-Q3 بنویسید.", en="Write the quarter like 1405-Q3.")
        ) from None


Quarter = Annotated[str, BeforeValidator(_quarter)]
Agency = Annotated[str, Path(max_length=NAME_MAX, examples=["water"])]
Reader = Annotated[Who, Depends(allowed(access.READ))]
UseIt = Annotated[Use, Depends(uses)]


class FigureView(View):
    """One number; `behind` lists what it counts."""

    name: str
    says: str
    count: int
    behind: str


class ShareView(View):
    """A share of the score: `part` of `whole`. `percent` has one decimal, half a tenth upwards."""

    name: str
    says: str
    part: int
    whole: int
    percent: Decimal | None
    weight: str


class CardView(View):
    """A report card. `issued` says that it is frozen; else it is as things stand at `as_of`."""

    agency_id: str
    quarter: str
    title: str
    issued: bool
    as_of: datetime
    with_gaps: int
    figures: list[FigureView]
    shares: list[ShareView]
    score: str | None
    score_percent: Decimal | None
    rank: Rank
    rank_says: str
    follows: Follow
    follows_says: str


class PlacedView(View):
    """An agency among all. Agencies with equal scores share a place; without a rank there is none."""

    place: int | None
    agency_id: str
    issued: bool
    rank: Rank
    rank_says: str
    score: str | None
    score_percent: Decimal | None
    follows: Follow
    with_gaps: int
    card: str


class BehindView(View):
    """One thing that a number counts, by its id in the service it comes from."""

    source: Source
    id: str


@router.get("/report-cards", responses={404: {}})
async def compare(
    who: Annotated[Who, Depends(allowed(access.COMPARE))],
    quarter: Annotated[Quarter, Query(max_length=NAME_MAX, examples=["1405-Q3"])],
    request: Request,
    use: UseIt,
) -> list[PlacedView]:
    """All agencies' cards of a quarter, best first (FOAD-8)."""
    placed = await usecases.compare(use, who, JalaliQuarter.parse(quarter))
    return [_placed_view(one, language_of(request)) for one in placed]


@router.get("/report-cards/{agency_id}/{quarter}")
async def card(
    agency_id: Agency,
    quarter: Annotated[Quarter, Path(max_length=NAME_MAX, examples=["1405-Q3"])],
    who: Reader,
    request: Request,
    response: Response,
    use: UseIt,
) -> CardView:
    """An agency's card of a quarter (FOAD-7): the issued one, else as things stand now."""
    shown = await usecases.show(use, who, agency_id, JalaliQuarter.parse(quarter))
    if shown.etag is not None:
        response.headers["etag"] = shown.etag
    return _card_view(shown, language_of(request))


@router.get("/report-cards/{agency_id}/{quarter}/{figure}")
async def behind(
    agency_id: Agency,
    quarter: Annotated[Quarter, Path(max_length=NAME_MAX, examples=["1405-Q3"])],
    figure: Annotated[str, Path(max_length=2 * NAME_MAX, examples=["late"])],
    who: Reader,
    use: UseIt,
    pages: Pages,
) -> PageView[BehindView]:
    """What lies behind a number of the card, one by one."""
    page = await usecases.behind(
        use,
        who,
        agency_id,
        JalaliQuarter.parse(quarter),
        figure,
        after=pages.after,
        limit=pages.limit,
    )
    items = [BehindView(source=known.source, id=known.id) for known in page.items]
    return PageView(items=items, next=page.next)


def _card_view(shown: Shown, language: str) -> CardView:
    one = shown.card
    return CardView(
        agency_id=one.agency_id,
        quarter=one.quarter,
        title=JalaliQuarter.parse(one.quarter).title.in_(language),
        issued=shown.issued,
        as_of=one.as_of,
        with_gaps=one.with_gaps,
        figures=[
            FigureView(
                name=name,
                says=figure.says.in_(language),
                count=count,
                behind=f"{_place(one)}/{name}",
            )
            for name, count in one.counts.items()
            if (figure := figure_named(name)) is not None
        ],
        shares=_share_views(one, language),
        score=None if one.score is None else str(one.score),
        score_percent=None if one.score is None else percent(one.score),
        rank=one.rank,
        rank_says=RANK_SAYS[one.rank].in_(language),
        follows=one.follows,
        follows_says=FOLLOW_SAYS[one.follows].in_(language),
    )


def _share_views(card: Card, language: str) -> list[ShareView]:
    return [
        ShareView(
            name=share.name,
            says=share.says.in_(language),
            part=card.counts[share.part],
            whole=card.counts[share.part] + card.counts[share.rest],
            percent=None if (exact := share.of(card.counts)) is None else percent(exact),
            weight=str(card.weights[share.name]),
        )
        for share in SHARES
        if share.name in card.weights
    ]


def _placed_view(placed: Placed, language: str) -> PlacedView:
    one = placed.shown.card
    return PlacedView(
        place=placed.place,
        agency_id=one.agency_id,
        issued=placed.shown.issued,
        rank=one.rank,
        rank_says=RANK_SAYS[one.rank].in_(language),
        score=None if one.score is None else str(one.score),
        score_percent=None if one.score is None else percent(one.score),
        follows=one.follows,
        with_gaps=one.with_gaps,
        card=_place(one),
    )


def _place(card: Card) -> str:
    return f"/v1/report-cards/{card.agency_id}/{card.quarter}"

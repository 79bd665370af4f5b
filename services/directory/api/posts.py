"""One post: who fills it, who stands in, from when to when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.directory import access
from services.directory.api.held import HeldView, held_views
from services.directory.domain.agency import Agency
from services.directory.domain.appointment import ADVISER
from services.directory.domain.forms import AppointmentForm
from services.directory.domain.holdings import Held
from services.directory.domain.post_forms import FillForm, FromDayForm, StandInForm, TakeBackForm
from services.directory.usecases import posts as post_cases
from services.directory.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.events.directory import Name, Post
from shared.store.repository import Saved
from shared.web.parts import V1, IfMatch, View, uses

router = APIRouter(prefix=V1, tags=["directory"])
UseIt = Annotated[Use, Depends(uses)]
Arranges = Annotated[Who, Depends(allowed(access.ARRANGE))]


class AppointmentView(View):
    """By which record a person came to the post (PR-1)."""

    person_id: str
    from_at: datetime
    record: AppointmentForm


class PostView(View):
    """A post, with its holders and stand-ins in turn: those of the past, of now and of days to come.

    `also` is what its holder is besides (PR-2).
    """

    post: Post
    also: Name | None
    holders: list[HeldView]
    stand_ins: list[HeldView]
    appointments: list[AppointmentView]


class PersonView(View):
    """A person's times in posts, as a holder and as a stand-in, by post."""

    person_id: str
    holds: dict[str, list[HeldView]]
    stands_in: dict[str, list[HeldView]]


@router.get("/agencies/{id_}/posts/{post_id}")
async def post(
    id_: str,
    post_id: str,
    who: Annotated[Who, Depends(allowed(access.SEE_HOLDERS))],
    use: UseIt,
    response: Response,
) -> PostView:
    """Who filled the post from when to when, and who is named for it."""
    return _view(response, await post_cases.look(use, who, id_, post_id), post_id)


@router.post("/agencies/{id_}/posts/{post_id}/fill")
async def fill(
    id_: str, post_id: str, body: FillForm, who: Arranges, use: UseIt, response: Response, if_match: IfMatch
) -> PostView:
    """Somebody fills it, from now on or from a coming day, until another is named."""
    return _view(response, await post_cases.fill(use, who, id_, post_id, body, if_match), post_id)


@router.post("/agencies/{id_}/posts/{post_id}/vacate")
async def vacate(
    id_: str,
    post_id: str,
    body: FromDayForm,
    who: Arranges,
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> PostView:
    """Nobody fills it, from now on or from a coming day, until somebody is named."""
    return _view(response, await post_cases.vacate(use, who, id_, post_id, body, if_match), post_id)


@router.post("/agencies/{id_}/posts/{post_id}/stand-ins")
async def name_stand_in(
    id_: str,
    post_id: str,
    body: StandInForm,
    who: Arranges,
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> PostView:
    """Name who acts for its holder during an absence of some days."""
    return _view(response, await post_cases.name_stand_in(use, who, id_, post_id, body, if_match), post_id)


@router.post("/agencies/{id_}/posts/{post_id}/take-back")
async def take_back(
    id_: str,
    post_id: str,
    body: TakeBackForm,
    who: Arranges,
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> PostView:
    """Whoever was named from a day on doesn't come; a stand-in who is there already goes now."""
    return _view(response, await post_cases.take_back(use, who, id_, post_id, body, if_match), post_id)


@router.post("/agencies/{id_}/people/{person_id}/leave")
async def leave(
    id_: str,
    person_id: str,
    body: FromDayForm,
    who: Arranges,
    use: UseIt,
    response: Response,
    if_match: IfMatch,
) -> PersonView:
    """Somebody leaves the agency: all their posts are vacant, and they stand in for nobody."""
    saved = await post_cases.leave(use, who, id_, person_id, body, if_match)
    response.headers["etag"] = saved.etag
    holdings = saved.state.in_posts
    return PersonView(
        person_id=person_id,
        holds=_by_post(person_id, {post_id: holdings.spans(post_id) for post_id in holdings.of_post}),
        stands_in=_by_post(person_id, {post_id: holdings.stand_ins(post_id) for post_id in holdings.of_post}),
    )


def _by_post(person_id: str, held: Mapping[str, tuple[Held, ...]]) -> dict[str, list[HeldView]]:
    theirs = {
        post_id: held_views(tuple(one for one in some if one.person_id == person_id))
        for post_id, some in held.items()
    }
    return {post_id: some for post_id, some in theirs.items() if some}


def _view(response: Response, saved: Saved[Agency], post_id: str) -> PostView:
    response.headers["etag"] = saved.etag
    agency, holdings = saved.state, saved.state.in_posts
    return PostView(
        post=agency.posts[post_id],
        also=ADVISER if post_id in agency.advisers() else None,
        holders=held_views(holdings.spans(post_id)),
        stand_ins=held_views(holdings.stand_ins(post_id)),
        appointments=[
            AppointmentView(person_id=one.person_id, from_at=one.from_at, record=one.record)
            for one in agency.appointments
            if one.post_id == post_id
        ],
    )

"""Agencies: how they join, their charts, who acts for a post."""

from services.directory import access, rules
from services.directory.domain.agency import Agency, Around
from services.directory.domain.forms import AgencyForm
from services.directory.domain.memberships import Membership, memberships
from services.directory.domain.portal import Duty
from services.directory.domain.rights import Staff, rights_duties, staff_of
from services.directory.usecases.use import Use, everything, named
from shared.access.who import Who
from shared.events.directory import PROVINCE
from shared.language import Text
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import NotFound, Once, Saved
from shared.store.store import DuplicateId, NotUnique


async def join(use: Use, who: Who, form: AgencyForm, once: Once | None) -> Saved[Agency]:
    """An agency joins, by this one call."""
    return await join_agency(use, named(who, access.JOIN, PROVINCE), form, once)


async def join_agency(use: Use, by: str, form: AgencyForm, once: Once | None = None) -> Saved[Agency]:
    """An agency joins; the governorate, whose inspection all chains end at, before all others."""
    now, around = use.clock.now(), await _around(use, form.id)
    act = Act(name="join", by=by, at=now, clause=rules.JOINING.clause)
    try:
        return await use.agencies.add(act, Agency.join(form, around, now), once=once)
    except DuplicateId:
        raise NotUnique("id") from None


async def arrange(use: Use, who: Who, id_: str, form: AgencyForm, if_match: int | None) -> Saved[Agency]:
    """Change an agency's chart, who holds its posts, who stands in."""
    return await arrange_agency(use, named(who, access.ARRANGE, id_), id_, form, if_match)


async def arrange_agency(
    use: Use, by: str, id_: str, form: AgencyForm, if_match: int | None = None
) -> Saved[Agency]:
    """The agency as the form has it; changes nothing where it is so already."""
    now, around = use.clock.now(), await _around(use, id_)
    await _must_keep_what_others_report_to(use, id_, form)
    return await use.agencies.change(
        id_,
        id_,
        Act(name="arrange", by=by, at=now),
        lambda agency: agency.restate(form, around, now),
        if_match=if_match,
    )


async def settle_agency(use: Use, by: str, form: AgencyForm) -> Saved[Agency]:
    """The agency as the form has it, joined before or not."""
    try:
        await use.agencies.load(form.id)
    except NotFound:
        return await join_agency(use, by, form)
    return await arrange_agency(use, by, form.id, form)


async def rights_duties_of(use: Use, id_: str) -> tuple[Duty, ...]:
    """By whom the citizens'-rights programmes of an agency are followed up."""
    posts = (await use.agencies.get(id_, id_)).state.posts
    return rights_duties(posts, (await use.agencies.load(PROVINCE)).state.posts)


async def rights_staff_of(use: Use, id_: str) -> Staff:
    """The citizens'-rights staff of an agency, held against what its circular lays down."""
    structure = (await use.agencies.get(id_, id_)).state.structure
    try:
        laid_down = (await use.provinces.load(PROVINCE)).state.form.rights_staff
    except NotFound:
        laid_down = None
    return staff_of(laid_down, structure.committees, {post.id: post for post in structure.posts})


async def memberships_of(use: Use, who: Who, id_: str, person_id: str | None) -> tuple[Membership, ...]:
    """Who sits in an agency's committees, all or one person's seats."""
    named(who, access.SEE_HOLDERS, id_)
    return memberships((await use.agencies.get(id_, id_)).state, person_id)


async def holders(use: Use, who: Who, id_: str) -> dict[str, str]:
    """Who acts for each filled post of an agency now."""
    named(who, access.SEE_HOLDERS, id_)
    chart, now = (await use.agencies.get(id_, id_)).state.chart(), use.clock.now()
    acting = {post_id: chart.holder(post_id, now) for post_id in chart.posts}
    return {post_id: person for post_id, person in acting.items() if person is not None}


async def holder_of(use: Use, post_id: str) -> str | None:
    """Who acts for a post now; NotFound for a post of no agency's chart."""
    agency_id = post_id.split(".", 1)[0]
    chart = (await use.agencies.get(agency_id, agency_id)).state.chart()
    if post_id not in chart.posts:
        raise NotFound(post_id)
    return chart.holder(post_id, use.clock.now())


async def _around(use: Use, agency_id: str) -> Around:
    try:
        counties = (await use.provinces.load(PROVINCE)).state.counties
    except NotFound:
        counties = frozenset[str]()
    if agency_id == PROVINCE:
        return Around(posts={}, counties=counties)
    try:
        governorate = (await use.agencies.load(PROVINCE)).state
    except NotFound:
        raise Invalid(
            "/id", Text(fa="نخست باید استانداری بپیوندد.", en="The governorate must join first.")
        ) from None
    return Around(posts=governorate.chart().posts, counties=counties)


async def _must_keep_what_others_report_to(use: Use, id_: str, form: AgencyForm) -> None:
    """The governorate's posts are the upper end of every agency's chain."""
    if id_ != PROVINCE:
        return
    kept = {post.id for post in form.posts}
    for saved in await everything(use.agencies):
        reported_to = {post.reports_to for post in saved.state.structure.posts if saved.state.id != id_}
        gone = sorted(to for to in reported_to if to and to.startswith(f"{id_}.") and to not in kept)
        if gone:
            raise Invalid(
                "/posts",
                Text(
                    fa=f"پست‌های «{saved.state.id}» به «{gone[0]}» گزارش می‌دهند و باید بماند.",
                    en=f"Posts of {saved.state.id} report to {gone[0]}, so it must stay.",
                ),
            )

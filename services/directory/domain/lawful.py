"""Whether an agency's form agrees with itself and with the province it joins."""

from collections import Counter
from collections.abc import Iterator, Mapping

from services.directory.access import GOVERNORATES_OWN
from services.directory.domain.chart_forms import as_post
from services.directory.domain.forms import AgencyForm, CommitteeForm
from shared.events.directory import PROVINCE, Post, Role, UnitKind
from shared.language import Text

Place = tuple[str | int, ...]
Fault = tuple[Place, Text]


def faults(agency: AgencyForm, beyond: Mapping[str, Post], counties: frozenset[str]) -> Iterator[Fault]:
    """Everything wrong in one agency, with its place in the form.

    `beyond` are the posts outside the agency that its own may report to: the governorate's.
    """
    yield from _ids(agency)
    yield from _units(agency, counties)
    yield from _posts(agency, beyond)
    yield from _holders(agency)
    yield from _committees(agency)


def _ids(agency: AgencyForm) -> Iterator[Fault]:
    named: list[tuple[str, tuple[str, ...]]] = [
        ("units", tuple(unit.id for unit in agency.units)),
        ("posts", tuple(post.id for post in agency.posts)),
        ("committees", tuple(committee.id for committee in agency.committees)),
    ]
    times = Counter(id_ for _, ids in named for id_ in ids)
    for field, ids in named:
        for index, id_ in enumerate(ids):
            if not id_.startswith(f"{agency.id}."):
                yield (field, index, "id"), _not_of_agency(id_, agency.id)
            if times[id_] > 1:
                yield (
                    (field, index, "id"),
                    Text(fa=f"شناسه «{id_}» بیش از یک بار آمده است.", en=f"{id_} is given more than once."),
                )


def _units(agency: AgencyForm, counties: frozenset[str]) -> Iterator[Fault]:
    kinds = {unit.id: unit.kind for unit in agency.units}
    for index, unit in enumerate(agency.units):
        if unit.parent is not None and kinds.get(unit.parent) is not UnitKind.DOMAIN:
            yield (
                ("units", index, "parent"),
                Text(
                    fa=f"«{unit.parent}» حوزه‌ای از این دستگاه نیست.",
                    en=f"{unit.parent} is not a domain of this agency.",
                ),
            )
        if (unit.kind is UnitKind.COUNTY_OFFICE) != (unit.county is not None):
            yield (
                ("units", index, "county"),
                Text(
                    fa="شهرستان برای اداره شهرستان لازم است و برای واحد دیگر نمی‌آید.",
                    en="A county office needs its county, and nothing else has one.",
                ),
            )
        elif unit.county is not None and unit.county not in counties:
            yield ("units", index, "county"), _unknown(unit.county)


def _posts(agency: AgencyForm, beyond: Mapping[str, Post]) -> Iterator[Fault]:
    units = {unit.id for unit in agency.units}
    posts = {**beyond, **{post.id: as_post(post) for post in agency.posts}}
    for index, post in enumerate(agency.posts):
        if post.role in GOVERNORATES_OWN and agency.id != PROVINCE:
            yield (
                ("posts", index, "role"),
                Text(fa="این نقش تنها در استانداری هست.", en="Only the governorate has posts of this role."),
            )
        if post.unit is not None and post.unit not in units:
            yield ("posts", index, "unit"), _unknown(post.unit)
        if post.reports_to is not None and post.reports_to not in posts:
            yield ("posts", index, "reports_to"), _unknown(post.reports_to)
        last = posts.get((_chain(post.id, posts) or [post.id])[-1])
        # Where the chain leads to an unknown post, that is told at the post that names it.
        if last is not None and (last.role is not Role.GOVERNORATE or last.reports_to):
            yield (
                ("posts", index, "reports_to"),
                Text(
                    fa=f"زنجیره گزارش‌دهی «{post.id}» به بازرسی استانداری نمی‌رسد.",
                    en=f"The chain above {post.id} does not end at the governorate's inspection.",
                ),
            )


def _chain(post_id: str, posts: Mapping[str, Post]) -> list[str]:
    """The posts above one, nearest first; stops where it would come round again or leads nowhere."""
    above: list[str] = []
    post = posts.get(post_id)
    while post and post.reports_to and post.reports_to not in (post_id, *above):
        above.append(post.reports_to)
        post = posts.get(post.reports_to)
    return above


def _holders(agency: AgencyForm) -> Iterator[Fault]:
    holders = [post.holder for post in agency.posts if post.holder is not None]
    times = Counter(holders)
    for index, post in enumerate(agency.posts):
        if post.holder is not None and not is_of(agency.id, post.holder):
            yield ("posts", index, "holder"), stranger(post.holder)
        if post.holder is not None and times[post.holder] > 1:
            yield (
                ("posts", index, "holder"),
                Text(
                    fa=f"«{post.holder}» متصدی بیش از یک پست است.",
                    en=f"{post.holder} holds more than one post.",
                ),
            )
        for turn, absence in enumerate(post.absences):
            if absence.stand_in == post.holder or absence.stand_in not in times:
                yield (
                    ("posts", index, "absences", turn, "stand_in"),
                    Text(
                        fa="جانشین باید متصدی پست دیگری از همین دستگاه باشد.",
                        en="A stand-in must hold another post of the same agency.",
                    ),
                )


def is_of(agency_id: str, person_id: str) -> bool:
    """Whether a person's id is one of the agency's: `p-water-001`, but not `p-water-board-001`."""
    return person_id.rpartition("-")[0] == f"p-{agency_id}"


def stranger(person_id: str) -> Text:
    """What is said of a person who isn't the agency's."""
    return Text(fa=f"«{person_id}» از این دستگاه نیست.", en=f"{person_id} is not of this agency.")


def _committees(agency: AgencyForm) -> Iterator[Fault]:
    posts = {post.id for post in agency.posts}
    for index, committee in enumerate(agency.committees):
        place = ("committees", index)
        for field, post_id in (("chair", committee.chair), ("secretary", committee.secretary)):
            if post_id not in posts:
                yield (*place, field), _unknown(post_id)
        if committee.chair not in [seat.post for seat in committee.members]:
            yield (
                (*place, "chair"),
                Text(fa="رئیس باید عضو باشد.", en="The chair must be a member."),
            )
        yield from _seats(committee, place, posts, {unit.id for unit in agency.units})


def _seats(committee: CommitteeForm, place: Place, posts: set[str], units: set[str]) -> Iterator[Fault]:
    times = Counter(seat.post for seat in committee.members)
    for turn, seat in enumerate(committee.members):
        at = (*place, "members", turn)
        if seat.post not in posts:
            yield (*at, "post"), _unknown(seat.post)
        if seat.represents not in units:
            yield (*at, "represents"), _unknown(seat.represents)
        if times[seat.post] > 1:
            yield (
                (*at, "post"),
                Text(fa=f"«{seat.post}» دو بار عضو شده است.", en=f"{seat.post} is a member twice."),
            )


def _unknown(id_: str) -> Text:
    return Text(fa=f"«{id_}» شناخته نیست.", en=f"{id_} is not known.")


def _not_of_agency(id_: str, agency_id: str) -> Text:
    return Text(
        fa=f"«{id_}» باید با شناسه دستگاه «{agency_id}» آغاز شود.",
        en=f"{id_} does not begin as the ids of {agency_id} do.",
    )

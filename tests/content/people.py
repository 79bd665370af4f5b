"""A portal group for pure tests: two domains, a county office under one, public relations under the other."""

from datetime import UTC, datetime, timedelta

from services.content.domain.item import Item, Wording
from shared.access.who import Who
from shared.directory.chart import Chart, Holding
from shared.events.directory import Name, Post, Role, Unit, UnitKind
from shared.events.event import Event

NOW = datetime(2026, 11, 21, 5, 30, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NAME = Name(fa="نام", en="name")
INSTANT = timedelta(microseconds=1)
LEAVE = (NOW + timedelta(days=10), NOW + timedelta(days=20))
"""While the deputy of works is away, its representative stands in."""


def post(name: str, role: Role, unit: str | None) -> Post:
    return Post(id=name, title=NAME, role=role, unit_id=unit)


POSTS = [
    post("head", Role.HEAD, None),
    post("works.deputy", Role.DEPUTY, "works"),
    post("works.representative", Role.REPRESENTATIVE, "works"),
    post("office.deputy", Role.DEPUTY, "office"),
    post("county.representative", Role.REPRESENTATIVE, "county"),
    post("pr.head", Role.HEAD_OF_PUBLIC_RELATIONS, "pr"),
    post("pr.secretary", Role.SECRETARY, "pr"),
    post("council.secretary", Role.SECRETARY, "council"),
    post("publisher", Role.PUBLISHER, "office"),
    post("officer", Role.CASE_OFFICER, "works"),
]
UNITS = [
    Unit(id="works", name=NAME, kind=UnitKind.DOMAIN),
    Unit(id="office", name=NAME, kind=UnitKind.DOMAIN),
    Unit(id="pr", name=NAME, parent="office"),
    Unit(id="council", name=NAME, parent="office"),
    Unit(id="county", name=NAME, kind=UnitKind.COUNTY_OFFICE, parent="works"),
]
HOLDINGS: dict[str, tuple[Holding, ...]] = {
    one.id: (Holding(person_id=f"p-{one.id}", from_at=LONG_AGO),) for one in POSTS
}
HOLDINGS["works.deputy"] += (
    Holding(person_id="p-works.representative", from_at=LEAVE[0], until_at=LEAVE[1], stand_in=True),
)
CHART = Chart(
    agency_id="water",
    name=NAME,
    units={unit.id: unit for unit in UNITS},
    posts={one.id: one for one in POSTS},
    holdings=HOLDINGS,
)


def who(post_id: str, now: datetime = NOW) -> Who:
    """The person who holds a post, with all they may act for now."""
    person = f"p-{post_id}"
    return Who(subject=person, agency_id="water", posts=CHART.posts_of(person, now))


def submitted(by: str = "works.representative", domain: str = "works") -> Item:
    """An item as its representative brings it in."""
    item, _ = Item.submit(
        id_="item-1",
        domain=domain,
        topic="پروانه‌ها",
        title="راهنمای پروانه",
        text="گام نخست: درخواست.",
        who=who(by),
        chart=CHART,
        bars=(),
        now=NOW,
    )
    return item


def newest(item: Item) -> Wording:
    """What somebody has read who looked at it just now."""
    return Wording(revision=item.newest.number, digest=item.newest.digest)


def reviewed(item: Item, rank: int = 1) -> Item:
    return item.review(newest(item), rank=rank, who=who("pr.secretary"), chart=CHART, now=NOW)[0]


def approved(item: Item) -> Item:
    return item.approve(newest(item), who=who("works.deputy"), now=NOW)[0]


def published(item: Item) -> Item:
    return item.publish(newest(item), who=who("publisher"), now=NOW)[0]


def revised(item: Item, text: str = "گام نخست: درخواست برخط.") -> Item:
    return item.revise(
        title="راهنمای پروانه",
        text=text,
        who=who("works.representative"),
        chart=CHART,
        bars=(),
        now=NOW,
    )[0]


def names(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]

"""The quarter's report card shows it all, and every number lists what lies behind it (FOAD-7, FOAD-8)."""

from typing import Any

from deploy.demo.story.world import StoryBroken, World
from shared.calendar.jalali import JalaliQuarter
from shared.persian import persian_digits

HEAD = "water.head"
STRANGER = "roads.head"
LAPSING = frozenset({"meetings", "meetings-not-official"})


async def tell(world: World, *, case: str, item: str, meeting: str) -> None:
    """The running quarter's card, then the issued one after the quarter's end."""
    quarter = JalaliQuarter.at(world.clock.now())
    path = f"/v1/report-cards/water/{quarter}"
    card = await world.until("the card shows what happened", lambda: _whole(world, path))
    for figure in card["figures"]:
        world.tell(
            f"   {figure['says']}: {persian_digits(str(figure['count']))}",
            f"   {figure['name']}: {figure['count']}",
        )
    for figure, id_ in (
        ("received", case),
        ("late", case),
        ("items-published", item),
        ("meetings-official", meeting),
        ("decisions-in-time", meeting),
    ):
        await _stands_behind(world, path, figure, id_)
    world.tell("پشت هر عدد، پرونده‌های آن فهرست می‌شود.", "Behind every number stand its cases.")
    await world.ask("GET", "reporting", path, by=STRANGER, refused=404)

    world.go_to(quarter.ends_at)
    world.go_on(days=15)
    issued = await world.until(f"the card of {quarter} is issued", lambda: _issued(world, path))
    world.tell(
        f"{world.when()}: کارنامهٔ {issued['title']} صادر شد. رتبه: {issued['rank_says']}؛ "
        f"{issued['follows_says']}",
        f"The card of {quarter} is issued. Rank: {issued['rank']}; {issued['follows']}.",
    )
    # Meetings that nobody opened went on lapsing till the quarter's end; all else stands as it was.
    ended = {name: count for name, count in _counts(issued).items() if name not in LAPSING}
    if ended != {name: count for name, count in _counts(card).items() if name not in LAPSING}:
        raise StoryBroken("the issued card has other numbers than the running one had")
    for figure, id_ in (("received", case), ("meetings-official", meeting)):
        await _stands_behind(world, path, figure, id_)


def _counts(card: dict[str, Any]) -> dict[str, int]:
    return {one["name"]: one["count"] for one in card["figures"]}


async def _whole(world: World, path: str) -> dict[str, Any] | None:
    card = await world.get("reporting", path, by=HEAD)
    counts = _counts(card)
    wanted = ("received", "satisfied", "items-published", "meetings-official", "decisions-in-time")
    return card if all(counts.get(name, 0) >= 1 for name in wanted) and not card["with_gaps"] else None


async def _issued(world: World, path: str) -> dict[str, Any] | None:
    card = await world.get("reporting", path, by=HEAD)
    return card if card["issued"] else None


async def _stands_behind(world: World, path: str, figure: str, id_: str) -> None:
    listed = await world.get("reporting", f"{path}/{figure}", by=HEAD)
    if id_ not in [one["id"] for one in listed["items"]]:
        raise StoryBroken(f"{id_} doesn't stand behind {figure}")

"""An item goes its way to the site, and no step is skipped or taken by another (PORTAL-6-3, PORTAL-7)."""

from typing import Any

from deploy.demo.story.world import StoryBroken, World

DOMAIN = "water.protection"
REPRESENTATIVE, DEPUTY = f"{DOMAIN}.representative", f"{DOMAIN}.deputy"
OTHER_DEPUTY = "water.planning.deputy"
GROUP_HEAD, PUBLISHER = "water.public-relations.head", "water.statistics.publisher"


async def tell(world: World) -> str:
    """The whole of it; returns the item's id."""
    submission = {
        "domain": DOMAIN,
        "topic": "زمان‌بندی توزیع آب",
        "title": "برنامهٔ توزیع آب کشاورزی در پاییز",
        "text": "برنامهٔ توزیع آب کشاورزی برای ماه‌های آذر و دی به شرح زیر است.",
    }
    item = await world.post("content", "/v1/items", submission, by=REPRESENTATIVE)
    world.tell(
        f"{world.when()}: {REPRESENTATIVE} مطلب «{submission['title']}» را ارائه می‌کند.",
        f"{REPRESENTATIVE} submits an item.",
    )
    await _step(world, item, "approval", by=DEPUTY, refused=409)
    world.tell(
        "تأیید پیش از بررسی گروه پذیرفته نمی‌شود (PORTAL-6-3).",
        "Approval before the group's review is refused.",
    )
    await _step(world, item, "review", by=GROUP_HEAD, rank=1)
    world.tell(f"گروه بررسی می‌کند و اولویت ۱ می‌دهد ({GROUP_HEAD}).", f"The group ranks it 1 ({GROUP_HEAD}).")
    await _step(world, item, "approval", by=OTHER_DEPUTY, refused=403)
    world.tell(
        f"{OTHER_DEPUTY} نمی‌تواند به جای معاون حوزه تأیید کند.",
        f"{OTHER_DEPUTY} can't approve in another's place.",
    )
    await _step(world, item, "publication", by=PUBLISHER, refused=409)
    await _step(world, item, "approval", by=DEPUTY)
    world.tell(
        f"{DEPUTY} همین نسخه را تأیید نهایی می‌کند (PORTAL-7).", f"{DEPUTY} approves exactly this revision."
    )
    await _step(world, item, "publication", by=PUBLISHER)
    shown = await world.get("content", f"/v1/published/{item['id']}")
    if shown["title"] != submission["title"]:
        raise StoryBroken(f"published {shown['title']!r}")
    world.tell(f"{PUBLISHER} آن را در سایت درج می‌کند.", f"{PUBLISHER} puts it on the site.")
    return item["id"]


async def _step(
    world: World, item: dict[str, Any], verb: str, *, by: str, refused: int | None = None, **more: int
) -> None:
    body = {"revision": item["revision"], "digest": item["digest"], **more}
    await world.post("content", f"/v1/items/{item['id']}/{verb}", body, by=by, refused=refused)

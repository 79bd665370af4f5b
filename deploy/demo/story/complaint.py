"""A citizen complains and nobody answers: it climbs, is answered, opened again, closed (FOAD-5, FOAD-6)."""

from datetime import datetime, timedelta
from typing import Any

from deploy.demo.story.world import StoryBroken, World
from shared.calendar.jalali import show_instant
from shared.persian import persian_digits

UNIT = "water.customer-affairs"
OFFICER, UNIT_HEAD = f"{UNIT}.officer-1", f"{UNIT}.head"
GROUND = "put-off-without-reason"


async def tell(world: World, mobile: str) -> str:
    """The whole of it; returns the complaint's id."""
    service = next(one for one in world.province.services if one.unit_id == UNIT)
    receipt = await world.post("complaints", "/v1/complaints", _filing(service.code, mobile))
    code = receipt["tracking_code"]
    world.tell(
        f"{world.when()}: شهروندی از «{service.title_fa}» شکایت می‌کند. کد پیگیری {code}، "
        f"مهلت پاسخ {receipt['reply_due']}.",
        f"A citizen complains about service {service.code}: code {code}, due {receipt['reply_due_at']}.",
    )
    await world.post("complaints", "/v1/complaints", {"agency_id": "nobody"}, refused=422)
    await _told(world, mobile, code, "ثبت شد")

    id_ = await _id_of(world, code)
    await world.post("complaints", f"/v1/complaints/{id_}/take", by=OFFICER)
    await world.post("complaints", f"/v1/complaints/{id_}/take", by="roads.freight.officer-1", refused=404)
    world.tell(
        f"{OFFICER} رسیدگی را بر عهده می‌گیرد و پاسخ نمی‌دهد.", f"{OFFICER} takes it, and doesn't answer."
    )
    await _told(world, mobile, code, "آغاز شد")

    due = datetime.fromisoformat(receipt["reply_due_at"])
    first = await _escalated(world, id_, due, level=1)
    if first["level_post"] != UNIT_HEAD:
        raise StoryBroken(f"escalated to {first['level_post']}, not to {UNIT_HEAD}")
    await _told(world, mobile, code, _level(1))
    second = await _escalated(world, id_, datetime.fromisoformat(first["escalates_at"]), level=2)
    await _told(world, mobile, code, _level(2))

    await world.post(
        "complaints",
        f"/v1/complaints/{id_}/answer",
        {"text": "اشتراک امروز برقرار شد."},
        by=second["level_post"],
    )
    world.tell(f"{world.when()}: {second['level_post']} پاسخ می‌دهد.", f"{second['level_post']} answers.")
    await _told(world, mobile, code, "پاسخ داد")
    seen = await _rate(world, code, mobile, satisfied=False, reason="هنوز آب نداریم.")
    world.tell(
        f"شهروند راضی نیست: شکایت در سطح {seen['level']} دوباره باز می‌شود.",
        f"The citizen is not satisfied: it opens again at level {seen['level']}.",
    )
    await _told(world, mobile, code, _level(seen["level"]))
    staff = await world.get("complaints", f"/v1/complaints/{id_}", by=OFFICER)
    await world.post(
        "complaints", f"/v1/complaints/{id_}/answer", {"text": "نشتی رفع شد."}, by=staff["level_post"]
    )
    await _told(world, mobile, code, "پاسخ داد", times=2)
    closed = await _rate(world, code, mobile, satisfied=True, reason=None)
    if closed["status"] != "closed":
        raise StoryBroken(f"rated, yet {closed['status']}")
    world.tell("شهروند راضی است: شکایت بسته شد.", "The citizen is satisfied: it is closed.")
    await _tell_messages(world, mobile)
    return id_


async def _escalated(world: World, id_: str, at: datetime, *, level: int) -> dict[str, Any]:
    world.go_to(at + timedelta(seconds=1))

    async def look() -> dict[str, Any] | None:
        seen = await world.get("complaints", f"/v1/complaints/{id_}", by=OFFICER)
        return seen if seen["level"] >= level else None

    seen = await world.until(f"escalation to level {level}", look)
    world.tell(
        f"{world.when()}: بی‌پاسخ مانده است؛ به {seen['level_post']} می‌رود.",
        f"{show_instant(at).en}: unanswered, it goes to {seen['level_post']}.",
    )
    return seen


async def _rate(
    world: World, code: str, mobile: str, *, satisfied: bool, reason: str | None
) -> dict[str, Any]:
    body = {"code": code, "mobile": mobile, "satisfied": satisfied, "reason": reason}
    return await world.post("complaints", "/v1/follow/rating", body)


async def _id_of(world: World, code: str) -> str:
    listed = await world.get("complaints", "/v1/complaints", by=OFFICER)
    return next(one["id"] for one in listed["items"] if one["tracking_code"] == code)


async def messages(world: World, mobile: str) -> list[dict[str, Any]]:
    """What the citizen's phone got, oldest first."""
    found = await world.get("notifications", "/v1/sandbox/messages", mobile=mobile)
    return list(reversed(found))


async def _told(world: World, mobile: str, code: str, words: str, *, times: int = 1) -> None:
    """Until the citizen was told so: hours lie between two steps, and what comes at once is told together."""

    async def look() -> bool | None:
        got = [one for one in await messages(world, mobile) if code in one["text"] and words in one["text"]]
        return True if len(got) >= times else None

    await world.until(f"SMS {times} about {code}: {words}", look)


def _level(level: int) -> str:
    return f"سطح {persian_digits(str(level))}"


async def _tell_messages(world: World, mobile: str) -> None:
    """One for each change that matters, and none twice."""

    async def look() -> list[dict[str, Any]] | None:
        got = await messages(world, mobile)
        return got if len(got) >= EXPECTED else None

    for one in await world.until(f"{EXPECTED} messages", look):
        world.tell(f"   پیامک: {one['text']}", f"   SMS: {one['text']}")


EXPECTED = 6
"""Filed, twice escalated, answered, opened again, answered again, at the least."""


def _filing(code: str, mobile: str) -> dict[str, str]:
    return {
        "agency_id": "water",
        "service_code": code,
        "ground": GROUND,
        "text": "سه بار رفتم و هر بار گفتند فردا بیا.",
        "mobile": mobile,
    }

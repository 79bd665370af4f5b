"""The month's meeting convenes itself, is official, decides and sends its decisions (PORTAL-10-1)."""

from datetime import datetime, timedelta
from typing import Any

from deploy.demo.story.world import StoryBroken, World
from shared.calendar.jalali import JalaliMonth
from shared.persian import persian_digits

COMMITTEE = "water.portal-group"
CHAIR, SECRETARY = "water.public-relations.head", "water.public-relations.expert"
NEXT_AGENDA = ("گزارش اجرای تصمیمات این جلسه", "اولویت مطالب ماه آینده")


async def tell(world: World) -> str:
    """The whole of it; returns the meeting's id."""
    meeting = await _convened(world)
    id_, members = meeting["id"], meeting["members"]
    world.go_to(datetime.fromisoformat(meeting["starts_at"]))

    too_few = members[: 2 * len(members) // 3]
    if 3 * len(too_few) >= 2 * len(members):
        too_few = too_few[:-1]
    await _record(world, id_, too_few)
    await world.post("meetings", f"/v1/meetings/{id_}/open", by=CHAIR, refused=409)
    world.tell(
        f"با {_fa(too_few)} نفر از {_fa(members)} نفر رسمیت نمی‌یابد (PORTAL-10-3).",
        f"With {len(too_few)} of {len(members)} it is not official.",
    )
    await _record(world, id_, members)
    await world.post("meetings", f"/v1/meetings/{id_}/open", by=SECRETARY, refused=403)
    await world.post("meetings", f"/v1/meetings/{id_}/open", by=CHAIR)
    world.tell(f"{world.when()}: رئیس گروه جلسه را رسمی اعلام می‌کند.", "The chair declares it official.")

    await _decide(world, id_, members, "انتشار ماهانهٔ برنامهٔ توزیع آب", votes_for=len(members))
    await _decide(world, id_, members, "حذف صفحهٔ پرسش‌های متداول", votes_for=len(members) // 2)
    await world.post("meetings", f"/v1/meetings/{id_}/close", by=CHAIR)
    world.go_on(hours=20)
    send = f"/v1/meetings/{id_}/send-decisions"
    await world.post("meetings", send, by=SECRETARY, refused=409)
    following = f"/v1/meetings/{id_}/next-meeting"
    said = await world.post("meetings", following, {"agenda": NEXT_AGENDA}, by=SECRETARY)
    world.tell(
        f"دبیر دستور جلسهٔ بعدی را در صورت‌جلسه می‌آورد: {said['next_meeting']['starts']} (PORTAL-10-7).",
        f"The minutes say what the next meeting deals with: {said['next_meeting']['starts_at']}.",
    )
    sent = await world.post("meetings", send, by=SECRETARY)
    if not sent["sending"]["in_time"]:
        raise StoryBroken("sent after 20 hours, and not in time")
    world.tell(
        f"{world.when()}: دبیر تصمیمات را در مهلت ۴۸ ساعته می‌فرستد: {_fa(sent['sending']['to_posts'])} نفر.",
        f"The secretary sends the decisions to {len(sent['sending']['to_posts'])} posts within 48 hours.",
    )
    await _told(world, id_, members[0])
    return id_


async def _told(world: World, id_: str, member: str) -> None:
    async def look() -> str | None:
        inbox = await world.get("notifications", "/v1/inbox", by=member)
        told = (
            one["text"] for one in inbox["items"] if one["cause"] == id_ and one["kind"] == "decisions-sent"
        )
        return next(told, None)

    text = await world.until("a member is told of the decisions", look)
    world.tell(f"در کارتابل اعضا: «{text}»", "The members are told so, and when the next meeting is.")


def _fa(people: list[str]) -> str:
    return persian_digits(str(len(people)))


async def _convened(world: World) -> dict[str, Any]:
    async def ahead() -> dict[str, Any] | None:
        """The months that the story leapt over go by first, one after the other."""
        seen = await world.get("meetings", f"/v1/committees/{COMMITTEE}", by=CHAIR)
        return seen if datetime.fromisoformat(seen["convenes_at"]) > world.clock.now() else None

    committee = await world.until("the next meeting lies ahead", ahead)
    world.go_to(datetime.fromisoformat(committee["convenes_at"]) + timedelta(seconds=1))
    month = committee["next_month"]

    async def look() -> dict[str, Any] | None:
        listed = await world.get("meetings", "/v1/meetings", by=CHAIR, committee_id=COMMITTEE)
        return next((one for one in listed["items"] if one["month"] == month), None)

    meeting = await world.until(f"the meeting of {month}", look)
    world.tell(
        f"{world.when()}: جلسهٔ {JalaliMonth.parse(month).title.fa} خود تشکیل شد: {meeting['starts']}.",
        f"The meeting of {month} convenes itself: {meeting['starts_at']}.",
    )
    return meeting


async def _record(world: World, id_: str, posts: list[str]) -> None:
    await world.post("meetings", f"/v1/meetings/{id_}/attendance", {"posts": posts}, by=SECRETARY)


async def _decide(world: World, id_: str, members: list[str], text: str, *, votes_for: int) -> None:
    motion = await world.post("meetings", f"/v1/meetings/{id_}/motions", {"text": text}, by=CHAIR)
    path = f"/v1/meetings/{id_}/motions/{motion['id']}"
    for number, member in enumerate(members):
        choice = "for" if number < votes_for else "against"
        await world.post("meetings", f"{path}/votes", {"choice": choice, "post_id": member}, by=member)
    counted = await world.post("meetings", f"{path}/count", by=CHAIR)
    adopted = counted["decision"] is not None
    if adopted != (2 * votes_for > len(members)):
        raise StoryBroken(f"{votes_for} of {len(members)} in favour, adopted: {adopted}")
    outcome = "تصویب شد" if adopted else "رأی نیاورد"
    world.tell(
        f"«{text}»: {persian_digits(str(votes_for))} رأی موافق از {_fa(members)}؛ {outcome}.",
        f"A motion: {votes_for} of {len(members)} in favour: {'adopted' if adopted else 'not adopted'}.",
    )

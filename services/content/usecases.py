"""Load, ask the domain, save: one function for each thing that can be done."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from services.content import access
from services.content.domain.bar import Bar
from services.content.domain.item import Item, Online, Wording, deputy, of_group, representative
from shared.access.who import Who
from shared.clock import Clock
from shared.directory.chart import Chart
from shared.directory.lookup import Directory
from shared.events.directory import UnitKind
from shared.identity import new_id
from shared.language import Text
from shared.rule import Invalid
from shared.sealing import MasterKey
from shared.store.history import Act
from shared.store.repository import NotFound, Once, Repository, Saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What the use cases work with."""

    items: Repository[Item]
    bars: Repository[Bar]
    bars_in_force: Callable[[str], Awaitable[Iterable[Bar]]]
    directory: Directory
    clock: Clock
    master_key: MasterKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a representative brings in."""

    domain: str
    topic: str
    title: str
    text: str
    press_case_id: str | None = None


async def submit(use: Use, who: Who, submission: Submission, once: Once | None) -> Saved[Item]:
    """A domain's representative submits an item."""
    chart, now = await _chart(use, who), use.clock.now()
    domain = submission.domain
    if domain not in chart.units or chart.units[domain].kind is not UnitKind.DOMAIN:
        raise Invalid("/domain", Text(fa="این دستگاه چنین حوزه‌ای ندارد.", en="There is no such domain."))
    decision = Item.submit(
        id_=new_id(),
        domain=domain,
        topic=submission.topic,
        title=submission.title,
        text=submission.text,
        who=who,
        chart=chart,
        bars=await use.bars_in_force(who.agency_id),
        now=now,
        press_case_id=submission.press_case_id,
    )
    act = Act(name="submit", by=who.named(representative(who, chart, domain)), at=now)
    return await use.items.add(act, decision, once=once)


async def revise(use: Use, who: Who, id_: str, *, title: str, text: str, if_match: int | None) -> Saved[Item]:
    """The representative submits a new wording."""
    found, chart, now = await use.items.get(who.agency_id, id_), await _chart(use, who), use.clock.now()
    post = representative(who, chart, found.state.domain)
    bars = await use.bars_in_force(who.agency_id)
    return await use.items.change(
        who.agency_id,
        id_,
        Act(name="revise", by=who.named(post), at=now),
        lambda item: item.revise(title=title, text=text, who=who, chart=chart, bars=bars, now=now),
        if_match=if_match,
    )


async def review(
    use: Use, who: Who, id_: str, seen: Wording, *, rank: int, if_match: int | None
) -> Saved[Item]:
    """The group reviews and ranks."""
    chart, now = await _chart(use, who), use.clock.now()
    return await use.items.change(
        who.agency_id,
        id_,
        Act(name="review", by=who.named(of_group(who, chart)), at=now),
        lambda item: item.review(seen, rank=rank, who=who, chart=chart, now=now),
        if_match=if_match,
    )


async def send_back_at_review(
    use: Use, who: Who, id_: str, seen: Wording, *, reason: str, if_match: int | None
) -> Saved[Item]:
    """The group doesn't let it through."""
    chart, now = await _chart(use, who), use.clock.now()
    return await use.items.change(
        who.agency_id,
        id_,
        Act(name="send back at review", by=who.named(of_group(who, chart)), at=now),
        lambda item: item.send_back_at_review(seen, reason=reason, who=who, chart=chart, now=now),
        if_match=if_match,
    )


async def send_back_at_approval(
    use: Use, who: Who, id_: str, seen: Wording, *, reason: str, if_match: int | None
) -> Saved[Item]:
    """The deputy doesn't approve."""
    found, now = await use.items.get(who.agency_id, id_), use.clock.now()
    return await use.items.change(
        who.agency_id,
        id_,
        Act(name="send back at approval", by=who.named(deputy(who, found.state.domain)), at=now),
        lambda item: item.send_back_at_approval(seen, reason=reason, who=who, now=now),
        if_match=if_match,
    )


async def approve(use: Use, who: Who, id_: str, seen: Wording, if_match: int | None) -> Saved[Item]:
    """The domain's deputy approves this exact revision."""
    found, now = await use.items.get(who.agency_id, id_), use.clock.now()
    return await use.items.change(
        who.agency_id,
        id_,
        Act(name="approve", by=who.named(deputy(who, found.state.domain)), at=now),
        lambda item: item.approve(seen, who=who, now=now),
        if_match=if_match,
    )


async def publish(use: Use, who: Who, id_: str, seen: Wording, if_match: int | None) -> Saved[Item]:
    """The publisher puts it on the site."""
    post, now = who.acting(access.PUBLISH), use.clock.now()
    return await use.items.change(
        who.agency_id,
        id_,
        Act(name="publish", by=who.named(post), at=now),
        lambda item: item.publish(seen, who=who, now=now),
        if_match=if_match,
    )


async def withdraw(use: Use, who: Who, id_: str, reason: str, if_match: int | None) -> Saved[Item]:
    """The domain takes it back."""
    found, chart, now = await use.items.get(who.agency_id, id_), await _chart(use, who), use.clock.now()
    post = representative(who, chart, found.state.domain)
    return await use.items.change(
        who.agency_id,
        id_,
        Act(name="withdraw", by=who.named(post), at=now, note=reason),
        lambda item: item.withdraw(who=who, chart=chart, now=now),
        if_match=if_match,
    )


async def read_published(use: Use, id_: str) -> tuple[Item, Online]:
    """What the public reads, of any agency; what isn't online is not found."""
    found = await use.items.load(id_)
    if found.state.online is None:
        raise NotFound(id_)
    return found.state, found.state.online


async def bar(use: Use, who: Who, *, subject: str, notice: str, once: Once | None) -> Saved[Bar]:
    """The head tells the group that a topic can't be raised."""
    post, now = who.acting(access.BAR), use.clock.now()
    decision = Bar.tell(id_=new_id(), subject=subject, notice=notice, who=who, now=now)
    return await use.bars.add(Act(name="bar", by=who.named(post), at=now), decision, once=once)


async def lift_bar(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[Bar]:
    """The head allows the topic again."""
    post, now = who.acting(access.BAR), use.clock.now()
    return await use.bars.change(
        who.agency_id,
        id_,
        Act(name="lift", by=who.named(post), at=now),
        lambda bar: bar.lift(who=who, now=now),
        if_match=if_match,
    )


async def _chart(use: Use, who: Who) -> Chart:
    chart = await use.directory.chart(who.agency_id)
    if chart is None:
        raise NotFound(who.agency_id)
    return chart

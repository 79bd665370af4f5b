"""Press cases: entered, sent to an office, followed up, made a complaint."""

from dataclasses import dataclass
from datetime import datetime

from services.complaints import access
from services.complaints.domain import press_sending
from services.complaints.domain.door import Door, Entry
from services.complaints.domain.headquarters import head_of_office, is_of_headquarters
from services.complaints.domain.press import Clipping, PressCase
from services.complaints.usecases import filing
from services.complaints.usecases.filing import Filing
from services.complaints.usecases.steps import Step, take_step
from services.complaints.usecases.use import Use, chart_of, measure_of
from shared.access.who import May, Who
from shared.directory.chart import Chart
from shared.events.complaints_press import PressKind
from shared.identity import new_id
from shared.language import Text
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import Once, Saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What somebody saw in a medium, and which office or unit it concerns."""

    kind: PressKind
    clipping: Clipping
    unit_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complainant:
    """How the citizen behind a clipping is reached, and about which service they complain."""

    service_code: str
    ground: str
    mobile: str


async def see(use: Use, who: Who, said: Sighting, once: Once | None) -> Saved[PressCase]:
    """Enter what was seen. What an office finds of itself is before its head at once."""
    chart, now, post = await chart_of(use, who.agency_id), use.clock.now(), who.acting(access.PRESS_SEE)
    if said.unit_id is not None:
        must_be_unit(chart, said.unit_id)
    decision = press_sending.see(
        id_=new_id(),
        agency_id=who.agency_id,
        kind=said.kind,
        clipping=said.clipping,
        unit_id=said.unit_id,
        post=post,
        head=head_of_office(chart, said.unit_id or "", now),
        now=now,
        measure=await measure_of(use, who.agency_id),
    )
    return await use.press.add(Act(name="see", by=who.named(post), at=now), decision, once=once)


async def send(use: Use, who: Who, id_: str, unit_id: str, if_match: int | None) -> Saved[PressCase]:
    """Headquarters sends it to an office or unit, before its head."""
    await use.press.get(who.agency_id, id_)
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    must_be_unit(chart, unit_id)
    head = head_of_office(chart, unit_id, now)
    return await take_step(
        use.press,
        who,
        id_,
        of_headquarters("send", access.PRESS_SEND, chart, now, if_match),
        lambda case, post: press_sending.send(case, unit_id, post, head, now),
    )


async def urge(use: Use, who: Who, id_: str, if_match: int | None) -> Saved[PressCase]:
    """Headquarters follows it up with whoever heads the office now."""
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    return await take_step(
        use.press,
        who,
        id_,
        of_headquarters("urge", access.PRESS_SEND, chart, now, if_match),
        lambda case, post: press_sending.urge(
            case, post, head_of_office(chart, case.unit_id or "", now), now
        ),
    )


async def make_complaint(use: Use, who: Who, id_: str, citizen: Complainant) -> Saved[PressCase]:
    """File it as the citizen's own, once: broken off, the same request goes on where it stood."""
    found = (await use.press.get(who.agency_id, id_)).state
    chart, now = await chart_of(use, who.agency_id), use.clock.now()
    step = of_headquarters("make-complaint", access.PRESS_SEND, chart, now)
    post = who.acting(step.may, lambda post: step.fits(found, post))
    press_sending.may_become_complaint(found)
    filed = await filing.file(
        use,
        Filing(
            agency_id=who.agency_id,
            service_code=citizen.service_code,
            ground=citizen.ground,
            text=f"{found.clipping.headline}\n{found.clipping.text}",
            mobile=citizen.mobile,
            door=Door.PRESS,
            entry=Entry(at=now, post_id=post.id, reference=id_, medium=found.clipping.medium_name),
            act=Act(name="file", by=who.named(post), at=now),
        ),
        Once(key=f"press:{id_}", body_hash=f"{citizen.service_code} {citizen.ground}"),
    )
    complaint_id = filed.state.id
    return await take_step(
        use.press,
        who,
        id_,
        step,
        lambda case, post: press_sending.make_complaint(case, complaint_id, post, now),
    )


def of_headquarters(
    name: str, may: May, chart: Chart, now: datetime, if_match: int | None = None
) -> Step[PressCase]:
    """A step of headquarters' public relations."""
    return Step(
        name=name, may=may, fits=lambda _, post: is_of_headquarters(post, chart), at=now, if_match=if_match
    )


def must_be_unit(chart: Chart, unit_id: str) -> None:
    """Invalid for a unit that the agency doesn't have."""
    if unit_id not in chart.units:
        raise Invalid("/unit_id", Text(fa="این دستگاه چنین واحدی ندارد.", en="There is no such unit."))

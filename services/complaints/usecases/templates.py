"""What an agency answers again and again."""

import contextlib
from collections.abc import Mapping

from services.complaints import access
from services.complaints.domain.complaint import Complaint
from services.complaints.domain.template import Place, Template
from services.complaints.usecases import notes
from services.complaints.usecases.use import Use
from shared.access.who import Who
from shared.identity import new_id, show_code
from shared.language import Text
from shared.rule import Invalid
from shared.store.history import Act
from shared.store.repository import NotFound, Once, Saved


async def make(use: Use, who: Who, title: str, text: str, once: Once | None) -> Saved[Template]:
    """A new one of the agency's."""
    now, by = use.clock.now(), who.named(who.acting(access.WORD))
    made = Template.make(id_=new_id(), agency_id=who.agency_id, title=title, text=text, now=now)
    return await use.templates.add(Act(name="make", by=by, at=now), (made, []), once=once)


async def reword(
    use: Use, who: Who, id_: str, title: str, text: str, if_match: int | None
) -> Saved[Template]:
    """Change its words for answers to come."""
    act = Act(name="reword", by=who.named(who.acting(access.WORD)), at=use.clock.now())
    return await use.templates.change(
        who.agency_id, id_, act, lambda one: (one.reword(title=title, text=text), []), if_match=if_match
    )


async def withdraw(use: Use, who: Who, id_: str) -> Saved[Template]:
    """Offer it no more."""
    now = use.clock.now()
    act = Act(name="withdraw", by=who.named(who.acting(access.WORD)), at=now)
    return await use.templates.change(who.agency_id, id_, act, lambda one: (one.withdraw(now), []))


async def draft_from(
    use: Use, who: Who, id_: str, template_id: str, if_match: int | None
) -> Saved[Complaint]:
    """The draft of an answer in a template's words; Invalid for one that isn't offered."""
    found = (await use.complaints.get(who.agency_id, id_)).state
    template = await _offered(use, who, template_id)
    return await notes.draft(use, who, id_, template.filled(await values_of(use, found)), if_match)


async def values_of(use: Use, complaint: Complaint) -> Mapping[Place, str]:
    """What fills a wording's places for this complaint."""
    service = await use.directory.service(complaint.service_code)
    chart = await use.directory.chart(complaint.agency_id)
    return {
        Place.CODE: show_code(complaint.tracking_code),
        Place.SERVICE: complaint.service_code if service is None else service.title.fa,
        Place.AGENCY: complaint.agency_id if chart is None else chart.name.fa,
    }


async def _offered(use: Use, who: Who, id_: str) -> Template:
    with contextlib.suppress(NotFound):
        template = (await use.templates.get(who.agency_id, id_)).state
        if template.withdrawn_at is None:
            return template
    raise Invalid("/template_id", Text(fa="چنین متن آماده‌ای نیست.", en="There is no such wording."))

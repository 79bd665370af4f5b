"""Many complaints are answered together; each is a write of its own, with a result of its own."""

import asyncio
from collections.abc import Mapping, Sequence

from services.complaints.domain.complaint import Complaint
from services.complaints.domain.template import Template
from services.complaints.domain.together import was_said
from services.complaints.usecases import handling, templates
from services.complaints.usecases.use import Use
from shared.access.who import Forbidden, Who
from shared.identity import new_id
from shared.rule import Refused
from shared.store.repository import NotFound, Saved
from shared.store.store import OutcomeUnknown

Outcome = Saved[Complaint] | Exception
OF_ONE = (NotFound, Forbidden, Refused, OutcomeUnknown, TimeoutError)
"""What may be wrong with one of them, and is told of that one alone."""


async def answer(
    use: Use, who: Who, ids: Sequence[str], text: str, *, upheld: bool | None
) -> Mapping[str, Outcome]:
    """Each answered, or why not, in the order asked for. Invalid for words with a place that nothing fills.

    Sent again, it answers those that were left and changes nothing for the others.
    """
    wording = Template.make(id_=new_id(), agency_id=who.agency_id, title="", text=text, now=use.clock.now())
    each = list(dict.fromkeys(ids))
    return dict(
        zip(each, await asyncio.gather(*(_one(use, who, id_, wording, upheld) for id_ in each)), strict=True)
    )


async def _one(use: Use, who: Who, id_: str, wording: Template, upheld: bool | None) -> Outcome:
    try:
        found = await use.complaints.get(who.agency_id, id_)
        text = wording.filled(await templates.values_of(use, found.state))
        if was_said(found.state, text, who.posts):
            return found
        try:
            return await handling.answer(use, who, id_, text, None, upheld=upheld)
        except Refused:
            # The same may have been asked twice at once.
            found = await use.complaints.get(who.agency_id, id_)
            if was_said(found.state, text, who.posts):
                return found
            raise
    except OF_ONE as error:
        return error

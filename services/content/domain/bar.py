"""A topic that can't be raised, as the responsible director told the group."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from services.content import access, rules
from shared.access.who import Who
from shared.events.content import TopicAllowed, TopicBarred
from shared.language import Text
from shared.rule import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Holds from the moment it is told until it is lifted.

    It meets what is submitted from then on; what is under way already, the group (it was told) sends back.
    """

    id: str
    agency_id: str
    subject: str
    notice: str
    barred_at: datetime
    lifted_at: datetime | None = None

    @classmethod
    def tell(
        cls, *, id_: str, subject: str, notice: str, who: Who, now: datetime
    ) -> tuple[Self, list[TopicBarred]]:
        """The head, as responsible director, tells the group."""
        post = who.acting(access.BAR)
        bar = cls(id=id_, agency_id=who.agency_id, subject=subject, notice=notice, barred_at=now)
        told = TopicBarred(
            agency_id=bar.agency_id,
            clause=rules.BARRED.clause,
            bar_id=id_,
            post_id=post.id,
            barred_at=now,
        )
        return bar, [told]

    def lift(self, *, who: Who, now: datetime) -> tuple[Self, list[TopicAllowed]]:
        """It may be raised again; lifted twice is lifted once."""
        post = who.acting(access.BAR)
        if self.lifted_at is not None:
            return self, []
        told = TopicAllowed(
            agency_id=self.agency_id,
            clause=rules.BARRED.clause,
            bar_id=self.id,
            post_id=post.id,
            allowed_at=now,
        )
        return replace(self, lifted_at=now), [told]


def must_not_be_barred(bars: Iterable[Bar], *said: str) -> None:
    """Refuse with the director's own notice what names a subject that is barred now."""
    for bar in bars:
        if bar.lifted_at is None and any(rules.is_about(bar.subject, said=words) for words in said):
            raise Refused(
                rules.BARRED,
                Text(
                    fa=f"این موضوع قابل طرح نیست: {bar.notice}",
                    en=f"This topic can't be raised: {bar.notice}",
                ),
            )

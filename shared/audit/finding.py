"""What an auditor is told: what was tampered with, where, and how."""

from dataclasses import dataclass
from enum import StrEnum

from shared.language import Text


class Fault(StrEnum):
    """What happened to a document or to a digest."""

    EDITED = "edited"
    DELETED = "deleted"
    SWAPPED = "swapped"
    REWRITTEN = "rewritten"
    CUT_SHORT = "cut-short"
    STATE_EDITED = "state-edited"
    REMOVED = "removed"
    UNCHAINED = "unchained"
    SLIPPED_IN = "slipped-in"
    DIGEST_MISSING = "digest-missing"
    DIGEST_FORGED = "digest-forged"
    DIGEST_TORN_OFF = "digest-torn-off"
    DIGEST_OUT_OF_ORDER = "digest-out-of-order"


_SAYS = {
    Fault.EDITED: Text(
        fa="ردیف {entry} تاریخچه تغییر داده شده است",
        en="entry {entry} of its history was edited",
    ),
    Fault.DELETED: Text(
        fa="ردیف {entry} تاریخچه حذف شده است",
        en="entry {entry} of its history was deleted",
    ),
    Fault.SWAPPED: Text(
        fa="ترتیب تاریخچه از ردیف {entry} به هم خورده است",
        en="entries of its history were swapped, from entry {entry} on",
    ),
    Fault.REWRITTEN: Text(
        fa="ردیف {entry} آنی نیست که چکیدهٔ {digest} نام برده است: این ردیف یا ردیفی پیش از آن تغییر کرده و "
        "زنجیره از نو ساخته شده است",
        en="entry {entry} is not the one that digest {digest} names: it or one before it was edited, and the "
        "chain was made anew",
    ),
    Fault.CUT_SHORT: Text(
        fa="تاریخچه پیش از ردیف {entry} که چکیدهٔ {digest} نام برده است پایان می‌یابد: پایان آن حذف شده یا "
        "نسخهٔ کهنه‌ای بازگردانده شده است",
        en="its history ends before entry {entry}, which digest {digest} names: its end was deleted, or an "
        "older copy was put back",
    ),
    Fault.STATE_EDITED: Text(
        fa="سند آنی نیست که ردیف آخر ({entry}) بر جا گذاشته است: خود سند دستی تغییر کرده است",
        en="it is not what its last entry ({entry}) left: the document itself was edited by hand",
    ),
    Fault.REMOVED: Text(
        fa="سند حذف شده است؛ چکیدهٔ {digest} آن را تا ردیف {entry} نام برده است",
        en="the document was removed; digest {digest} names it up to entry {entry}",
    ),
    Fault.UNCHAINED: Text(
        fa="سند تاریخچه ندارد: دستی گذاشته شده است",
        en="it has no history: it was put in by hand",
    ),
    Fault.SLIPPED_IN: Text(
        fa="ردیف {entry} پیش از چکیدهٔ {digest} نوشته شده است و هیچ چکیده‌ای آن را نام نمی‌برد: "
        "بیرون از سامانه نوشته شده است",
        en="entry {entry} is older than digest {digest}, and no digest names it: it was not written by the "
        "service",
    ),
    Fault.DIGEST_MISSING: Text(
        fa="چکیدهٔ {digest} نیست",
        en="digest {digest} is missing",
    ),
    Fault.DIGEST_FORGED: Text(
        fa="چکیدهٔ جعلی یا ناخوانا: {place}",
        en="a digest is forged or can't be read: {place}",
    ),
    Fault.DIGEST_TORN_OFF: Text(
        fa="چکیدهٔ {digest} دنبالهٔ چکیدهٔ پیش از خود نیست",
        en="digest {digest} does not follow the one before it",
    ),
    Fault.DIGEST_OUT_OF_ORDER: Text(
        fa="چکیدهٔ {digest} بیرون از ترتیب آمده است",
        en="digest {digest} is out of order",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that can't have come about by the services themselves.

    A document is named by its agency, its kind and its id; nothing here is personal.
    """

    fault: Fault
    agency_id: str | None = None
    kind: str | None = None
    id: str | None = None
    entry: int | None = None
    digest: int | None = None
    place: str | None = None

    @property
    def says(self) -> Text:
        """Where, and what."""
        where = "/".join(part for part in (self.agency_id, self.kind, self.id) if part)
        said = _SAYS[self.fault]
        filled = {"entry": self.entry, "digest": self.digest, "place": self.place}
        before = f"{where}: " if where else ""
        return Text(fa=before + said.fa.format(**filled), en=before + said.en.format(**filled))

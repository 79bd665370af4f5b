"""What each role may do here."""

from shared.access.who import May, Who
from shared.events.directory import PROVINCE, Role
from shared.language import Text

OWN = frozenset({Role.HEAD, Role.DEPUTY, Role.INSPECTOR, Role.HEAD_OF_PUBLIC_RELATIONS})
OF_ALL = frozenset({Role.GOVERNORATE, Role.CENTRAL_SECRETARIAT})

READ = May(
    name="reporting.read",
    says=Text(fa="دیدن کارنامهٔ دستگاه", en="Read the agency's report card"),
    roles=OWN | OF_ALL,
)
COMPARE = May(
    name="reporting.compare",
    says=Text(fa="مقایسهٔ کارنامهٔ همهٔ دستگاه‌ها", en="Compare the report cards of all agencies"),
    roles=OF_ALL,
)


def sees_all(who: Who) -> bool:
    """The governorate and the central secretariat see every agency's card: figures and ids, no person."""
    return who.agency_id == PROVINCE and bool(who.roles & OF_ALL)

"""What each role may do here."""

from shared.access.who import May
from shared.events.directory import Role
from shared.language import Text

PROVINCE_POSTS = frozenset({Role.GOVERNORATE, Role.CENTRAL_SECRETARIAT})
GOVERNORATES_OWN = frozenset({*PROVINCE_POSTS, Role.SOCIAL_DIRECTOR})
"""Roles that no other agency's posts have."""
WITH_HEAD = frozenset({*PROVINCE_POSTS, Role.HEAD})
"""The head acts for their own agency, the governorate for all."""

ALL_STAFF = frozenset({Role.HEAD, Role.HEAD_OF_PUBLIC_RELATIONS, Role.SECRETARY})
"""Who has the list of the whole agency's staff: its head and its public relations."""
OWN_UNITS_STAFF = frozenset({Role.REPRESENTATIVE, Role.UNIT_HEAD})
"""Who has that of their own unit: public relations of a county office are its representative."""

READ = May(
    name="directory.read",
    says=Text(fa="دیدن دستگاه‌ها، خدمات و تقویم‌ها", en="Read agencies, services and calendars"),
    to_all=True,
)
SEE_HOLDERS = May(
    name="directory.see-holders",
    says=Text(fa="دیدن متصدیان پست‌ها", en="See who holds the posts"),
    roles=WITH_HEAD,
)
FOUND = May(
    name="directory.found",
    says=Text(fa="تعیین شهرستان‌ها و دستگاه‌های استان", en="Name the province's counties and agencies"),
    roles=PROVINCE_POSTS,
)
JOIN = May(
    name="directory.join", says=Text(fa="پیوستن دستگاه", en="Let an agency join"), roles=PROVINCE_POSTS
)
ARRANGE = May(
    name="directory.arrange",
    says=Text(fa="تغییر نمودار سازمانی و متصدیان", en="Change the chart and who holds its posts"),
    roles=WITH_HEAD,
)
LIST = May(
    name="directory.list",
    says=Text(fa="ثبت و تغییر خدمات", en="List and change services"),
    roles=WITH_HEAD,
)
SET_FIGURE = May(
    name="directory.set-figure",
    says=Text(fa="تعیین رقم یک بند برای دستگاه", en="Set an agency's figure for a clause"),
    roles=frozenset({Role.HEAD, Role.GOVERNORATE}),
)
ADAPT = May(
    name="directory.adapt",
    says=Text(fa="بومی‌سازی برنامه‌های حقوق شهروندی", en="Adapt the citizens'-rights programmes"),
    roles=frozenset({Role.GOVERNORATE, Role.SOCIAL_DIRECTOR}),
)
SET_CALENDAR = May(
    name="directory.set-calendar",
    says=Text(fa="تعیین تقویم کاری", en="Set a working calendar"),
    roles=PROVINCE_POSTS,
)
OWN_CONTACT = May(
    name="directory.contact",
    says=Text(fa="دیدن و تعیین راه ارتباط خود", en="See and set how one is reached oneself"),
    roles=frozenset(Role),
)
KEEP_CONTACTS = May(
    name="directory.keep-contacts",
    says=Text(fa="تعیین راه ارتباط کارکنان دستگاه", en="Set how the agency's staff are reached"),
    roles=frozenset({Role.HEAD, Role.HEAD_OF_PUBLIC_RELATIONS}),
)
KEEP_UNITS_CONTACTS = May(
    name="directory.keep-units-contacts",
    says=Text(fa="تعیین راه ارتباط کارکنان واحد خود", en="Set how one's own unit's staff are reached"),
    roles=frozenset({Role.REPRESENTATIVE}),
)
LIST_STAFF = May(
    name="directory.list-staff",
    says=Text(
        fa="دیدن فهرست کارکنان با شمارهٔ پوشیده", en="See the list of the staff with their numbers masked"
    ),
    roles=ALL_STAFF | OWN_UNITS_STAFF,
)
LOOK_AT_CONTACTS = May(
    name="directory.look-at-contacts",
    says=Text(fa="دیدن شمارهٔ کارکنان با ذکر دلیل", en="Look at the numbers of the staff with a reason"),
    roles=frozenset({Role.HEAD, Role.HEAD_OF_PUBLIC_RELATIONS}),
)

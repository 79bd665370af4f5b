"""What each role may do here."""

from shared.access.who import May
from shared.events.directory import Role
from shared.language import Text

DESK = frozenset({Role.CASE_OFFICER, Role.UNIT_HEAD})
LINE = frozenset({*DESK, Role.DEPUTY, Role.HEAD, Role.INSPECTOR})

FILE = May(name="complaints.file", says=Text(fa="ثبت شکایت", en="File a complaint"), to_all=True)
FOLLOW = May(
    name="complaints.follow",
    says=Text(fa="پیگیری با کد و شمارهٔ همراه", en="Follow with code and mobile"),
    to_all=True,
)
READ = May(name="complaints.read", says=Text(fa="دیدن شکایت‌ها", en="Read complaints"), roles=LINE)
TAKE = May(name="complaints.take", says=Text(fa="پذیرش رسیدگی", en="Take a complaint"), roles=DESK)
ANSWER = May(name="complaints.answer", says=Text(fa="پاسخ به شکایت", en="Answer a complaint"), roles=LINE)
WRITE = May(
    name="complaints.write",
    says=Text(fa="یادداشت داخلی و پیش‌نویس پاسخ", en="Write notes for colleagues and drafts of answers"),
    roles=LINE,
)
LOOK = May(
    name="complaints.look",
    says=Text(
        fa="دیدن هویت یا شمارهٔ شهروند با ذکر دلیل", en="Look at a citizen's identity or number with a reason"
    ),
    roles=LINE,
)
ERASE = May(
    name="complaints.erase",
    says=Text(fa="پاک‌کردن شمارهٔ شهروند", en="Erase a citizen's number"),
    roles=frozenset({Role.HEAD, Role.INSPECTOR}),
)

"""What each role may do here.

A role opens the door; who has a seat in the committee, who presides and who is its secretary is asked of
the committee's own posts.
"""

from shared.access.who import May
from shared.events.directory import Role
from shared.language import Text

SEATS = frozenset(
    {
        Role.HEAD,
        Role.DEPUTY,
        Role.UNIT_HEAD,
        Role.HEAD_OF_PUBLIC_RELATIONS,
        Role.REPRESENTATIVE,
        Role.MEMBER,
        Role.PUBLISHER,
        Role.INSPECTOR,
    }
)
SECRETARIAT = frozenset({Role.SECRETARY, Role.HEAD_OF_PUBLIC_RELATIONS})

READ = May(
    name="meetings.read",
    says=Text(fa="دیدن جلسه‌ها و تصمیمات", en="Read meetings and decisions"),
    roles=SEATS | SECRETARIAT,
)
CALL = May(
    name="meetings.call",
    says=Text(fa="فراخواندن جلسه", en="Call a meeting"),
    roles=SEATS | SECRETARIAT,
)
OVERSEE = May(
    name="meetings.oversee",
    says=Text(fa="نظارت بر اجرای آیین‌نامه", en="Watch over the carrying-out of the rules"),
    roles=SEATS,
)
PRESIDE = May(
    name="meetings.preside",
    says=Text(
        fa="ادارهٔ جلسه: اعلام رسمیت، رأی‌گیری و ختم جلسه",
        en="Preside: declare official, put to the vote, close",
    ),
    roles=SEATS,
)
RECORD = May(
    name="meetings.record",
    says=Text(fa="ثبت حاضران جلسه", en="Record who is present"),
    roles=SEATS | SECRETARIAT,
)
VOTE = May(name="meetings.vote", says=Text(fa="رأی دادن", en="Vote"), roles=SEATS | SECRETARIAT)
SEND = May(
    name="meetings.send",
    says=Text(
        fa="ارسال تصمیمات جلسه و تعیین دستور جلسهٔ بعدی",
        en="Send a meeting's decisions and set the next one's agenda",
    ),
    roles=SEATS | SECRETARIAT,
)

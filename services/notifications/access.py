"""What each role may do here."""

from shared.access.who import May
from shared.events.directory import Role
from shared.language import Text

ALL_STAFF = frozenset({Role.HEAD, Role.HEAD_OF_PUBLIC_RELATIONS, Role.SECRETARY})
"""Who sends to the whole agency's staff: its head and its public relations."""
OWN_UNITS_STAFF = frozenset({Role.REPRESENTATIVE, Role.UNIT_HEAD})
"""Who sends to that of their own unit: public relations of a county office are its representative."""

READ = May(
    name="notifications.read",
    says=Text(fa="دیدن وضعیت پیام‌ها", en="Read what became of messages"),
    roles=frozenset(
        {
            Role.CASE_OFFICER,
            Role.UNIT_HEAD,
            Role.DEPUTY,
            Role.HEAD,
            Role.HEAD_OF_PUBLIC_RELATIONS,
            Role.INSPECTOR,
        }
    ),
)
INBOX = May(
    name="notifications.inbox",
    says=Text(fa="دیدن کارتابل سِمت خود", en="Read what one's own posts were told"),
    roles=frozenset(Role),
)
STAFF_LISTS = May(
    name="notifications.staff-lists",
    says=Text(fa="دیدن فهرست‌های پیامکی کارکنان", en="See the lists of staff for SMS"),
    roles=ALL_STAFF | OWN_UNITS_STAFF,
)
WORD = May(
    name="notifications.word",
    says=Text(fa="نگارش متن پیامک‌ها به شهروندان", en="Word what citizens are told by SMS"),
    roles=frozenset({Role.HEAD, Role.HEAD_OF_PUBLIC_RELATIONS, Role.GOVERNORATE}),
)
LISTS = May(
    name="notifications.lists",
    says=Text(fa="نگهداری فهرست‌های رسانه‌ها، مهمانان و شهروندان", en="Keep lists of media, guests, citizens"),
    roles=ALL_STAFF | OWN_UNITS_STAFF,
)
BROADCAST = May(
    name="notifications.broadcast",
    says=Text(fa="فرستادن پیام گروهی", en="Send one message to many"),
    roles=ALL_STAFF | OWN_UNITS_STAFF,
)
AGREE = May(
    name="notifications.agree",
    says=Text(
        fa="موافقت با دعوت‌نامهٔ ادارهٔ شهرستان؛ روابط عمومی ستاد",
        en="Agree to a county office's invitation; headquarters' public relations",
    ),
    roles=frozenset({Role.HEAD_OF_PUBLIC_RELATIONS}),
)
SUBSCRIPTIONS = May(
    name="notifications.subscriptions",
    says=Text(fa="تعیین سامانه‌هایی که از رویدادها باخبر می‌شوند", en="Say which systems are told of events"),
    roles=frozenset({Role.HEAD, Role.GOVERNORATE}),
)
CLIENTS = May(
    name="notifications.clients",
    says=Text(fa="تعیین سامانه‌هایی که پیامک می‌فرستند", en="Say which systems send SMS"),
    roles=frozenset({Role.HEAD, Role.GOVERNORATE}),
)
KAVENEGAR = May(
    name="notifications.kavenegar",
    says=Text(
        fa="فرستادن پیامک از سامانهٔ دیگر، با کلید آن سامانه",
        en="Send SMS from another system, with that system's key",
    ),
    to_all=True,
)
INBOUND = May(
    name="notifications.inbound",
    says=Text(
        fa="رساندن پیامک شهروندان؛ درگاه با رمز نشانی خود",
        en="Bring citizens' SMS; a gateway by the secret of its address",
    ),
    to_all=True,
)
IVR = May(
    name="notifications.ivr",
    says=Text(
        fa="پرسش تلفن گویا از وضعیت، با کلید سامانه", en="A voice menu asks for a state, with its own key"
    ),
    to_all=True,
)
EXPLAINED = May(
    name="notifications.explained",
    says=Text(
        fa="خواندن حقوق، تکالیف و قوانین به زبان ساده", en="Read rights, duties and rules in plain words"
    ),
    to_all=True,
)
PREFERENCES = May(
    name="notifications.preferences",
    says=Text(
        fa="گفتن این که چه پیام‌هایی نمی‌خواهم، با کد و شمارهٔ همراه",
        en="Say which messages one doesn't want, by code and mobile",
    ),
    to_all=True,
)
RECEIPTS = May(
    name="notifications.receipts",
    says=Text(fa="رساندن رسید پیام از سوی درگاه", en="Tell, as a gateway, what became of a message"),
    to_all=True,
)
SANDBOX = May(
    name="notifications.sandbox",
    says=Text(fa="دیدن پیامک‌های آزمایشی", en="Look at the development phone"),
    to_all=True,
)

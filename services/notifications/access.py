"""What each role may do here."""

from shared.access.who import May
from shared.events.directory import Role
from shared.language import Text

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
SANDBOX = May(
    name="notifications.sandbox",
    says=Text(fa="دیدن پیامک‌های آزمایشی", en="Look at the development phone"),
    to_all=True,
)

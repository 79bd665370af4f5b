"""What each role may do here. Which domain's post it must be, the domain asks."""

from shared.access.who import May
from shared.events.directory import Role
from shared.language import Text

# The head of public relations represents the management domain (PORTAL-5-1).
REPRESENTATIVES = frozenset({Role.REPRESENTATIVE, Role.HEAD_OF_PUBLIC_RELATIONS})
# The group's head, and its secretary who keeps its records (PORTAL-5-1, PORTAL-5-8).
GROUP = frozenset({Role.HEAD_OF_PUBLIC_RELATIONS, Role.SECRETARY})
STAFF = frozenset({*REPRESENTATIVES, *GROUP, Role.MEMBER, Role.DEPUTY, Role.PUBLISHER, Role.HEAD})

SUBMIT = May(
    name="content.submit",
    says=Text(fa="ارائه یا پس گرفتن مطلب حوزه", en="Submit or withdraw a domain's item"),
    roles=REPRESENTATIVES,
)
REVIEW = May(
    name="content.review",
    says=Text(fa="ثبت بررسی و اولویت از سوی گروه", en="Record the group's review and ranking"),
    roles=GROUP,
)
APPROVE = May(
    name="content.approve",
    says=Text(fa="تأیید نهایی مطلب حوزه", en="Give a domain's item the final approval"),
    roles=frozenset({Role.DEPUTY}),
)
PUBLISH = May(
    name="content.publish",
    says=Text(fa="درج مطلب در سایت", en="Put an item on the site"),
    roles=frozenset({Role.PUBLISHER}),
)
BAR = May(
    name="content.bar",
    says=Text(fa="اعلام موضوع غیر قابل طرح", en="Bar a topic"),
    roles=frozenset({Role.HEAD}),
)
READ = May(name="content.read", says=Text(fa="دیدن مطالب", en="Read items"), roles=STAFF)
READ_PUBLISHED = May(
    name="content.read-published",
    says=Text(fa="خواندن مطالب سایت", en="Read what is published"),
    to_all=True,
)

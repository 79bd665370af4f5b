"""The sanctions that the law knows: Article 9 of the Act on Administrative Misconduct."""

from collections.abc import Mapping

from services.complaints import rules
from shared.language import Text

LAW = Text(
    fa="مادهٔ ۹ قانون رسیدگی به تخلفات اداری (مصوب ۱۳۷۲)",
    en="Article 9 of the Act on Administrative Misconduct (1993)",
)
_SAYS = (
    Text(fa="اخطار کتبی بدون درج در پروندهٔ استخدامی", en="written notice, not kept in the personnel file"),
    Text(fa="توبیخ کتبی با درج در پروندهٔ استخدامی", en="written reprimand, kept in the personnel file"),
    Text(
        fa="کسر حقوق و فوق‌العادهٔ شغل تا یک‌سوم، از یک ماه تا یک سال",
        en="a cut of pay by up to a third, for a month to a year",
    ),
    Text(fa="انفصال موقت از یک ماه تا یک سال", en="suspension for a month to a year"),
    Text(
        fa="تغییر محل جغرافیایی خدمت از یک تا پنج سال", en="transfer to another place for one to five years"
    ),
    Text(
        fa="تنزل مقام یا محرومیت از پست‌های حساس و مدیریتی", en="demotion, or no sensitive or managing posts"
    ),
    Text(fa="تنزل یک یا دو گروه یا تعویق آن", en="one or two grades less, or later"),
    Text(fa="بازخرید خدمت", en="severance"),
    Text(fa="بازنشستگی", en="retirement"),
    Text(fa="اخراج از دستگاه متبوع", en="dismissal from the agency"),
    Text(fa="انفصال دائم از خدمات دولتی", en="barred from public service for good"),
)
SANCTIONS: Mapping[str, Text] = dict(zip(rules.SANCTIONS.preset, _SAYS, strict=True))
"""By code, the mildest first."""

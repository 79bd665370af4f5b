"""How the seven grounds of a complaint are called, and what is on none of them (FOAD-5)."""

from shared.language import Text

GROUND_NAMES = {
    "rules-not-transparent": Text(
        fa="شفاف نبودن ضوابط و مراحل خدمت", en="Rules and steps of the service not transparent"
    ),
    "decisions-not-transparent": Text(fa="شفاف نبودن تصمیم‌ها", en="Decisions not transparent"),
    "broken-equipment": Text(fa="خرابی تجهیزات یا سامانه‌ها", en="Broken equipment or systems"),
    "disrespect-or-discrimination": Text(fa="بی‌احترامی یا تبعیض", en="Disrespect or discrimination"),
    "late-start-or-early-end": Text(
        fa="شروع دیرهنگام یا پایان زودهنگام ساعت خدمت", en="Late start or early end of service hours"
    ),
    "put-off-without-reason": Text(
        fa="موکول کردن به روزهای دیگر بدون دلیل قانونی", en="Put off to other days without legal reason"
    ),
    "none-of-these": Text(fa="هیچ‌یک از موارد هفتگانه", en="On none of the seven grounds"),
    "nobody-at-the-desk": Text(
        fa="نبود متصدی و جانشین پشت میز خدمت", en="Nobody at the desk and no stand-in"
    ),
}

"""What an agency may word: each thing that citizens are told, what fills the places in its words, and what
must not be left out of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.notifications.domain.answers import (
    ANSWERS,
    HELP,
    HELP_OF_PROVINCE,
    REFUSED,
    START,
    START_OF_PROVINCE,
    STATES,
    STOP,
    STOP_OF_PROVINCE,
)
from services.notifications.domain.case import Standing
from services.notifications.domain.sms import parts_of, units_of
from services.notifications.domain.templates import GIVEN, TEMPLATES
from services.notifications.domain.words import AGENCY, NOT_SHOWN, Source, Words, filled, is_shown, places_of
from shared.calendar.jalali import show_instant
from shared.events.directory import PROVINCE
from shared.events.requests import RequestKind
from shared.identity import show_code
from shared.language import Text
from shared.persian import persian_digits

CODE, CODE_ALONE = "code", "{code}"
NOT_LEFT_OUT = frozenset({CODE, "due", "reply_by", "rate_by"})
"""The code, and the deadlines by which somebody has to act: where the release says them, all words do."""
NAMED_MAX = 40
_LONG_INSTANT = show_instant(datetime(2026, 5, 6, 8, 30, tzinfo=UTC)).fa
EXAMPLES: Mapping[str, str] = {
    CODE: show_code("3TMJWP0K48R6TF3J"),
    "level": persian_digits("10"),
    "due": _LONG_INSTANT,
    "reply_by": _LONG_INSTANT,
    "rate_by": _LONG_INSTANT,
}
"""What may fill each place, as long as it can get: the agency's name comes from the directory."""


PROVINCES_OWN = frozenset({HELP_OF_PROVINCE.name, STOP_OF_PROVINCE.name, START_OF_PROVINCE.name})
"""Said of all agencies together, so in no agency's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an agency's words are held against: the longest name that may stand in them, and so many parts."""

    longest_name: str
    parts_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One thing that is told. `name` is that of its messages' template."""

    name: str
    title: Text
    release: Words
    given: tuple[str, ...]

    @property
    def needed(self) -> frozenset[str]:
        """The places that no words may leave out."""
        return NOT_LEFT_OUT.intersection(places_of(self.release.text) or ())

    @property
    def places(self) -> tuple[str, ...]:
        """All that may stand in braces."""
        return (*self.given, AGENCY)

    def is_for(self, agency_id: str) -> bool:
        """Whether it is said in an agency's name: of some things only the province speaks."""
        return self.name not in PROVINCES_OWN or agency_id == PROVINCE

    def fills(self, text: str) -> bool:
        """Whether every place in it is filled: then it can be sent."""
        places = places_of(text)
        return places is not None and set(places) <= {*self.places}

    @property
    def examples(self) -> Mapping[str, str]:
        """What may fill its places, but for the agency's name."""
        return {name: EXAMPLES[name] for name in self.given}

    def shown(self, text: str, *, agency: str) -> str:
        """How it reads with examples; only for what isn't `unfit`."""
        return filled(text, self.examples, agency=agency)

    def faults(self, text: str, bounds: Bounds) -> Sequence[Text]:
        """All that keeps it from being published."""
        if not text.strip():
            return [Text(fa="متنی نوشته نشده است.", en="There are no words.")]
        found = [*self.unfit(text)]
        if not found:
            found += self._incomplete(text)
            found += self._too_long(text, bounds)
        return found

    def unfit(self, text: str) -> Iterator[Text]:
        """What keeps it from being rendered at all."""
        if not is_shown(text):
            yield NOT_SHOWN
        places, known = places_of(text), "، ".join(f"{{{name}}}" for name in self.places)
        if places is None:
            yield Text(
                fa=f"آکولاد فقط برای این‌ها به کار می‌رود، به همین صورت: {known}.",
                en=f"Braces are for these only, just as they stand here: {known}.",
            )
        for name in sorted(set(places or ()) - {*self.places}):
            unknown = f"{{{name[:NAMED_MAX]}}}"
            yield Text(
                fa=f"{unknown} در این پیام پر نمی‌شود؛ این‌ها پر می‌شوند: {known}.",
                en=f"Nothing fills {unknown} in this message; these are filled: {known}.",
            )

    def _incomplete(self, text: str) -> Iterator[Text]:
        for name in sorted(self.needed.difference(places_of(text) or ())):
            yield Text(
                fa=f"{{{name}}} باید در متن بیاید: شهروند بدون آن از کار خود باخبر نمی‌شود.",
                en=f"{{{name}}} must stand in it: without it the citizen isn't told what they need.",
            )
        if any(CODE_ALONE in line and line.strip() != CODE_ALONE for line in text.split("\n")):
            yield Text(
                fa=f"{CODE_ALONE} باید تنها در یک سطر باشد، وگرنه بخش‌های کد روی گوشی جابه‌جا دیده می‌شود.",
                en=f"{CODE_ALONE} must have a line to itself, else its groups change places on the phone.",
            )

    def _too_long(self, text: str, bounds: Bounds) -> Iterator[Text]:
        parts, most = parts_of(self.shown(text, agency=bounds.longest_name)), bounds.parts_max
        if parts > most:
            fa, fa_most = persian_digits(str(parts)), persian_digits(str(most))
            yield Text(
                fa=f"این متن تا {fa} بخش پیامک می‌شود؛ بیش از {fa_most} بخش فرستاده نمی‌شود.",
                en=f"It gets as long as {parts} parts; {most} are the most.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How words read on a phone, with examples; None for what can't be sent. And what is wrong with them."""

    shown: str | None
    faults: Sequence[Text]

    @classmethod
    def of(cls, occasion: Occasion, text: str, *, agency: str, bounds: Bounds) -> "Preview":
        """With the name of an agency."""
        shown = None if any(occasion.unfit(text)) else occasion.shown(text, agency=agency)
        return cls(shown=shown, faults=occasion.faults(text, bounds))

    @property
    def characters(self) -> int | None:
        """As a phone counts them."""
        return None if self.shown is None else units_of(self.shown)

    @property
    def parts(self) -> int | None:
        """In so many parts it is sent and paid."""
        return None if self.shown is None else parts_of(self.shown)


_ASKED = {
    Standing.FILED: Text("شکایتی که ثبت شده است", "a complaint that was filed"),
    Standing.TAKEN: Text("شکایتی که در دست رسیدگی است", "a complaint that is worked on"),
    Standing.WAITING: Text("شکایتی که پرسشی از شهروند دارد", "a complaint with a question to the citizen"),
    Standing.ESCALATED: Text("شکایتی که در مهلت پاسخ نگرفت", "a complaint that wasn't answered in time"),
    Standing.ANSWERED: Text("شکایتی که پاسخ گرفته است", "a complaint that was answered"),
    Standing.OUTSIDE: Text("شکایتی که جای دیگری دارد", "a complaint that belongs elsewhere"),
    Standing.REOPENED: Text("شکایتی که دوباره باز شده است", "a complaint that was opened again"),
    Standing.WITHDRAWN: Text("شکایتی که پس گرفته شده است", "a complaint that was taken back"),
    Standing.CLOSED: Text("شکایتی که بسته شده است", "a complaint that was closed"),
    Standing.HANDED_OVER: Text("شکایتی که به دستگاه دیگری سپرده شد", "a complaint handed to another agency"),
}
_TITLES: Mapping[str, Text] = {
    **{
        answer.name: Text(
            f"پاسخ به پیامک دربارهٔ {_ASKED[standing].fa}.", f"Asked by SMS about {_ASKED[standing].en}."
        )
        for standing, answer in STATES.items()
    },
    REFUSED[RequestKind.RATE].name: Text(
        "امتیازی که با پیامک آمد ثبت نشد.", "A rating that came by SMS was not taken."
    ),
    REFUSED[RequestKind.REPLY].name: Text(
        "پاسخی که با پیامک آمد به شکایت افزوده نشد.", "A reply that came by SMS was not added."
    ),
    REFUSED[RequestKind.FILE].name: Text(
        "شکایتی که با پیامک آمد ثبت نشد.", "A complaint that came by SMS was not filed."
    ),
    HELP.name: Text("راهنمای پیامک دستگاه.", "How to ask an agency by SMS."),
    HELP_OF_PROVINCE.name: Text("راهنمای پیامک سامانهٔ استان.", "How to ask the province by SMS."),
    STOP.name: Text("پاسخ به درخواست دریافت نکردن پیامک.", "Somebody wishes for no more messages."),
    STOP_OF_PROVINCE.name: Text(
        "پاسخ به درخواست دریافت نکردن پیامک از همهٔ دستگاه‌ها.",
        "Somebody wishes for no more messages of any agency.",
    ),
    START.name: Text("پاسخ به درخواست دریافت دوبارهٔ پیامک.", "Somebody wishes for messages again."),
    START_OF_PROVINCE.name: Text(
        "پاسخ به درخواست دریافت دوبارهٔ پیامک از همهٔ دستگاه‌ها.",
        "Somebody wishes for messages of all agencies again.",
    ),
}


def _release(text: str, version: int) -> Words:
    return Words(text=text, source=Source.RELEASE, version=version)


OCCASIONS: Mapping[str, Occasion] = {
    **{
        one.name: Occasion(
            name=one.name,
            title=one.event.says,
            release=_release(one.text, one.version),
            given=tuple(GIVEN[one.event]),
        )
        for one in TEMPLATES.values()
    },
    **{
        one.name: Occasion(
            name=one.name,
            title=_TITLES[one.name],
            release=_release(one.text, one.version),
            # Of a case in this state only what the release's words say is surely known.
            given=tuple(sorted({*(places_of(one.text) or ())} - {AGENCY})),
        )
        for one in ANSWERS.values()
    },
}
"""All of them, by name."""

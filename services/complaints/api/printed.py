"""Paper for citizens, as pages to be printed: the receipt with its answer, and the form for a disruption."""

from collections.abc import Iterator, Sequence
from html import escape

from services.complaints import rules
from services.complaints.domain.complaint import Complaint
from services.complaints.usecases.intake import Paper
from shared.calendar.jalali import show_instant
from shared.events.contacts import ContactKind
from shared.events.directory import Name
from shared.grounds import GROUND_NAMES
from shared.identity import show_code
from shared.language import Text
from shared.persian import persian_digits
from shared.web.pages import page

STYLE = """
@page { size: A5; margin: 12mm }
@page form { size: A4; margin: 14mm }
* { box-sizing: border-box }
body { font-size: 12pt; line-height: 1.7; color: #000; background: #fff;
  margin: 0 auto; max-width: 130mm; padding: 4mm }
h1 { font-size: 15pt; margin: 0 0 2mm; border-bottom: 2px solid #000; padding-bottom: 2mm }
h2 { font-size: 12pt; margin: 4mm 0 1mm }
section { page: form; break-after: page; font-size: 11pt; line-height: 1.45 }
section:last-child { break-after: auto }
body:has(section) { max-width: 180mm }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1mm 4mm; margin: 2mm 0 }
dt { color: #444 }
dd { margin: 0; font-weight: 600 }
p { margin: 1mm 0; white-space: pre-wrap; overflow-wrap: anywhere }
ul { list-style: none; margin: 1mm 0; padding: 0 }
.code { direction: ltr; unicode-bidi: isolate; font-family: 'DejaVu Sans Mono', Consolas, monospace;
  font-size: 15pt; letter-spacing: .06em; display: inline-block; border: 2px solid #000; padding: 1mm 3mm }
.blank { border-bottom: 1px dotted #000; height: 8mm }
.stub { border-top: 2px dashed #000; margin-top: 4mm; padding-top: 1mm }
"""
RECEIPT = Text(fa="رسید ثبت شکایت", en="Receipt for a complaint")
FORM = Text(fa="برگهٔ ثبت شکایت", en="Complaint form")
STUB = Text(fa="این بخش نزد شهروند می‌ماند", en="The citizen keeps this part")
CODE, AGENCY = Text(fa="کد پیگیری", en="Tracking code"), Text(fa="دستگاه", en="Agency")
SERVICE, GROUND = Text(fa="خدمت", en="Service"), Text(fa="موضوع", en="Ground")
RECEIVED, DUE = Text(fa="زمان دریافت", en="Received"), Text(fa="مهلت پاسخ", en="Answer due")
MOBILE, NAME = Text(fa="شمارهٔ همراه", en="Mobile"), Text(fa="نام و نام خانوادگی", en="Full name")
NATIONAL_ID, WORDS = Text(fa="کد ملی", en="National id"), Text(fa="شرح شکایت", en="What is complained of")
ANSWER, TAKEN_BY = Text(fa="پاسخ دستگاه", en="The agency's answer"), Text(fa="تحویل‌گیرنده", en="Taken in by")
OPTIONAL = Text(fa="به دلخواه", en="if you like")
CHOICE = Text(fa="موضوع (یکی را علامت بزنید)", en="Ground (mark one)")
WITH_MOBILE = Text(
    fa="با کد پیگیری و شمارهٔ همراه {reached_by} می‌توانید شکایت را پیگیری کنید و پس از پاسخ، رضایت یا "
    "نارضایتی خود را بگویید. هر تغییر به همین شماره پیامک می‌شود.",
    en="With the tracking code and the mobile {reached_by} you can follow it, and say whether the answer "
    "satisfies you. Each change is sent to this number.",
)
BY_MAIL = Text(
    fa="شکایت با رایانامه از نشانی {reached_by} رسیده است: برای افزودن به آن، از همان نشانی با کد پیگیری "
    "در موضوع نامه بنویسید.",
    en="It came by mail from {reached_by}: to add to it, write from there with the tracking code in the "
    "subject.",
)
WITHOUT_MOBILE = Text(
    fa="شمارهٔ همراهی داده نشده است: با همین رسید به میز خدمت مراجعه کنید یا تماس بگیرید؛ پاسخ کتبی داده "
    "می‌شود.",
    en="No mobile was given: bring or read out this receipt at the service desk; the answer is given in "
    "writing.",
)
IF_LATE = Text(
    fa="اگر تا این مهلت پاسخی داده نشود، شکایت خودبه‌خود به سطح بالاتر می‌رود.",
    en="Without an answer by then it goes to a higher level by itself.",
)
ONCE_ENTERED = Text(
    fa="مهلت پاسخ از زمان دریافت همین برگه حساب می‌شود. پس از ثبت برگه در سامانه، با این کد و شمارهٔ همراه "
    "خود شکایت را پیگیری کنید.",
    en="The time for an answer counts from the receipt of this form. Once it is entered, follow it by this "
    "code and your mobile.",
)


def printed_case(paper: Paper, language: str) -> str:
    """The receipt of a case, and the answer once there is one."""
    return page(RECEIPT.in_(language), "\n".join(_case(paper, language)), style=STYLE, language=language)


def printed_forms(agency: Name, codes: Sequence[str], language: str) -> str:
    """A form for each code, each on a page of its own."""
    forms = "\n".join(_form(agency, code, language) for code in codes)
    return page(FORM.in_(language), forms, style=STYLE, language=language)


def _case(paper: Paper, language: str) -> Iterator[str]:
    complaint = paper.complaint
    service = complaint.service_code if paper.service is None else _name(paper.service, language)
    follow = _how_to_follow(paper).in_(language)
    yield f"<h1>{_say(RECEIPT, language)}</h1>"
    yield _list(
        [
            (CODE, _code(complaint.tracking_code)),
            (AGENCY, escape(_name(paper.agency, language))),
            (SERVICE, escape(service)),
            (GROUND, _ground(complaint.ground, language)),
            (RECEIVED, _say(show_instant(complaint.filed_at), language)),
            (DUE, _say(show_instant(complaint.round.due_at), language)),
        ],
        language,
    )
    yield f"<p>{escape(follow.format(reached_by=_number(paper.reached_by or '', language)))}</p>"
    yield f"<p>{_say(IF_LATE, language)}</p>"
    yield from _told(WORDS, complaint.text, language)
    yield from _told(ANSWER, _answer(complaint) or "", language)


def _how_to_follow(paper: Paper) -> Text:
    if paper.reached_by is None:
        return WITHOUT_MOBILE
    return BY_MAIL if paper.complaint.contact.kind is ContactKind.EMAIL else WITH_MOBILE


def _form(agency: Name, code: str, language: str) -> str:
    grounds = "".join(
        f"<li>☐ {_ground(one, language)}</li>" for one in (*rules.GROUNDS.preset, rules.NO_GROUND)
    )
    optional = f"{_say(NATIONAL_ID, language)} ({_say(OPTIONAL, language)})"
    blanks = [_say(one, language) for one in (SERVICE, MOBILE, NAME)]
    known = _list([(CODE, _code(code)), (AGENCY, escape(_name(agency, language)))], language)
    return (
        f"<section><h1>{_say(FORM, language)}</h1>{known}"
        + "".join(f"<div class='blank'>{label}:</div>" for label in [*blanks, optional])
        + f"<h2>{_say(CHOICE, language)}</h2><ul>{grounds}</ul>"
        + f"<h2>{_say(WORDS, language)}</h2>{'<div class=blank></div>' * 6}"
        + "".join(f"<div class='blank'>{_say(one, language)}:</div>" for one in (RECEIVED, TAKEN_BY))
        + f"<div class='stub'><h2>{_say(STUB, language)}</h2>{known}"
        + f"<div class='blank'>{_say(RECEIVED, language)}:</div><p>{_say(ONCE_ENTERED, language)}</p></div>"
        + "</section>"
    )


def _list(rows: Sequence[tuple[Text, str]], language: str) -> str:
    return f"<dl>{''.join(f'<dt>{_say(name, language)}</dt><dd>{value}</dd>' for name, value in rows)}</dl>"


def _told(title: Text, words: str, language: str) -> Iterator[str]:
    """A paragraph under its title, once there is something to tell."""
    if words:
        yield f"<h2>{_say(title, language)}</h2><p>{escape(words)}</p>"


def _answer(complaint: Complaint) -> str | None:
    """The last that was given: a complaint that was opened again has none in its running round."""
    return next((one.answer for one in reversed(complaint.rounds) if one.answer), None)


def _ground(ground: str, language: str) -> str:
    return _say(GROUND_NAMES.get(ground, Text(fa=ground, en=ground)), language)


def _code(code: str) -> str:
    return f'<span class="code">{show_code(code)}</span>'


def _name(name: Name, language: str) -> str:
    return (name.en or name.fa) if language == "en" else name.fa


def _number(text: str, language: str) -> str:
    """Kept in its own direction: its parts would change places in a line from right to left."""
    return f"\u2066{text if language == 'en' else persian_digits(text)}\u2069"


def _say(text: Text, language: str) -> str:
    return escape(text.in_(language))

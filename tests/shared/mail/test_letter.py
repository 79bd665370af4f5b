"""A letter is read whatever program wrote it, and whatever it tries."""

import base64
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP

import pytest

from shared.mail.letter import Automatic, Letter, Unreadable, read_letter
from shared.mail.ours import about, id_of_letter, is_ours
from shared.mail.words import decoded, said_in, text_of_html

PERSIAN = "آب قطع است؛ سه بار گفتند «فردا»."
CASE = "019aa000-0000-7000-8000-000000000000"


def read(content: bytes | str, *, by: str = "zahra@example.ir") -> Letter:
    raw = content.encode() if isinstance(content, str) else content
    return read_letter(raw, envelope_sender=by)


def plain(body: bytes, charset: str | None, encoding: str) -> bytes:
    kind = b"text/plain" + (f"; charset={charset}".encode() if charset else b"")
    return b"From: z@example.ir\r\nContent-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (
        kind,
        encoding.encode(),
        body,
    )


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
@pytest.mark.parametrize(
    ("charset", "written"),
    [
        ("utf-8", "utf-8"),
        ("windows-1256", "cp1256"),
        ("UTF-16", "utf-16"),
        (None, "utf-8"),
        (None, "cp1256"),
        ("no-such-charset", "utf-8"),
        ("us-ascii", "utf-8"),
        ('"utf-8"', "utf-8"),
    ],
)
def test_persian_is_read_in_every_charset_and_encoding(
    encoding: str, charset: str | None, written: str
) -> None:
    said = PERSIAN if written != "cp1256" else "آب قطع است"
    raw = said.encode(written)
    if encoding == "base64" or written == "utf-16":
        body, encoding = base64.encodebytes(raw), "base64"
    elif encoding == "quoted-printable":
        body = "".join(f"={byte:02X}" for byte in raw).encode()
    else:
        body = raw

    assert read(plain(body, charset, encoding)).text == said


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("=?utf-8?B?2YLYt9i5INii2Kg=?=", "قطع آب"),
        ("=?UTF-8?Q?=D9=82=D8=B7=D8=B9?= =?utf-8?b?INii2Kg=?=", "قطع آب"),
        ("=?windows-1256?Q?=DE=D8=DA?=", "قطع"),
        ("=?no-such?Q?abc?=", "abc"),
        ("=?utf-8?B?not base64!!?=", "=?utf-8?B?not base64!!?="),
        ("Re: [3TMJ-WP0K]", "Re: [3TMJ-WP0K]"),
        ("قطع آب".encode().decode("ascii", "surrogateescape"), "قطع آب"),
        ("a\r\n\tb", "a b"),
        ("", ""),
    ],
)
def test_a_subject_is_read_encoded_raw_and_broken(header: str, says: str) -> None:
    assert said_in(header) == says


def test_of_html_only_what_a_reader_sees_is_read_and_nothing_of_it_runs() -> None:
    html = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>آب&nbsp;قطع<br>است &lt;b&gt;</p>"
        "<script>alert('bad')</script><div hidden>سلام</div><img src='http://evil.example/1.png'>"
        "<table><tr><td>۱</td><td>۲</td></tr></table></body></html>"
    )
    said = text_of_html(html)

    assert said == "آب قطع\nاست <b>\n\nسلام\n\n۱ ۲"
    assert "alert" not in said
    assert "evil" not in said


@pytest.mark.parametrize(
    "html", ["<" * 10_000, "<p" * 10_000, "<script>a", "<!--", "&#xFFFFFFFF;x", "</p></p>"]
)
def test_broken_html_ends(html: str) -> None:
    assert isinstance(text_of_html(html), str)


def test_of_wordings_of_the_same_the_plain_one_is_read_and_files_of_all_are_kept() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "zahra@example.ir"
    message.set_content("ساده")
    message.add_alternative("<p>آراسته</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="نامهٔ ۱.pdf")
    letter = read(message.as_bytes())

    assert (letter.text, [one.name for one in letter.files]) == ("ساده", ["نامهٔ ۱.pdf"])


def test_html_alone_is_read_and_an_empty_plain_wording_does_not_hide_it() -> None:
    message = EmailMessage(policy=SMTP)
    message.set_content("\n")
    message.add_alternative("<p>آراسته</p>", subtype="html")

    assert read(message.as_bytes()).text == "آراسته"


def test_a_letter_within_a_letter_is_a_file_of_it() -> None:
    inner = EmailMessage(policy=SMTP)
    inner["Subject"] = "inner"
    inner.set_content("درون")
    outer = EmailMessage(policy=SMTP)
    outer.set_content("بیرون")
    outer.add_attachment(inner)
    letter = read(outer.as_bytes())

    assert letter.text == "بیرون"
    [kept] = letter.files
    assert b"Subject: inner" in bytes(kept.content)


def test_what_is_nested_without_end_or_in_too_many_parts_is_no_letter() -> None:
    deep: MIMEMultipart | MIMEText = MIMEText("x")
    for _ in range(60):
        around = MIMEMultipart()
        around.attach(deep)
        deep = around
    many = MIMEMultipart()
    for _ in range(300):
        many.attach(MIMEText("x"))

    for message in (deep, many):
        with pytest.raises(Unreadable):
            read(message.as_bytes())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"\0\0\0",
        b"From\r\n\r\nx",
        b"Content-Type: multipart/mixed\r\n\r\nx",
        b"Content-Type: ;;;\r\n\r\nx",
    ],
)
def test_what_is_hardly_a_letter_is_read_as_far_as_it_goes(content: bytes) -> None:
    letter = read(content, by="zahra@example.ir")

    assert letter.sender == "zahra@example.ir"
    assert len(letter.id) == 64


@pytest.mark.parametrize(
    ("header", "by", "sender"),
    [
        ("Zahra <Zahra@Example.IR>", "x@y.ir", "zahra@example.ir"),
        ("=?utf-8?B?2LLZh9ix2Kc=?= <z@example.ir>", "x@y.ir", "z@example.ir"),
        ("z@example.ir, ali@example.ir", "x@y.ir", "z@example.ir"),
        ("nonsense", "X@Y.ir", "x@y.ir"),
        ("<a@b>", "c@d", None),
    ],
)
def test_it_is_from_whom_an_answer_would_go_to(header: str, by: str, sender: str | None) -> None:
    assert read(f"From: {header}\r\n\r\nx", by=by).sender == sender


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ("", None),
        ("Auto-Submitted: no\r\n", None),
        ("Auto-Submitted: auto-replied\r\n", Automatic.MACHINE),
        ("Precedence: list\r\n", Automatic.MACHINE),
        ("Precedence: normal\r\n", None),
        ("X-Autoreply: yes\r\n", Automatic.MACHINE),
        ("Content-Type: multipart/report; boundary=x\r\n", Automatic.BOUNCE),
        (f"Message-ID: <{id_of_letter(CASE, 'm', 'd')}>\r\n", Automatic.OURS),
    ],
)
def test_what_nobody_wrote_is_known(headers: str, automatic: Automatic | None) -> None:
    assert read(f"From: z@example.ir\r\n{headers}\r\nx").automatic is automatic
    assert read(f"From: z@example.ir\r\n{headers}\r\nx", by="").automatic is not None


def test_a_reply_names_what_it_answers_the_nearest_first() -> None:
    letter = read("In-Reply-To: <3@x>\r\nReferences: <1@x> <2@x>\r\n <3@x>\r\n\r\nx")

    assert list(letter.answers) == ["3@x", "2@x", "1@x"]


def test_our_own_ids_lead_back_to_their_case_and_nobody_elses_does() -> None:
    own = id_of_letter(CASE, "message-1", "mail.example")

    assert (is_ours(own), about(own)) == (True, CASE)
    assert about("1@mail.example") is None
    assert about(f"x{own}") is None


def test_every_charset_gives_a_text_that_can_be_written_down() -> None:
    for charset in ("utf-8", "utf-7", "hex", "rot13", "idna", "undefined", "", "\0"):
        decoded(bytes(range(256)), charset).encode()

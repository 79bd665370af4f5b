"""Files as people's phones and programs make them, each by a program that isn't ours."""

import io
import struct
import wave
import zipfile
from collections.abc import Mapping

import openpyxl
from PIL import Image, PngImagePlugin

SIDE = 48
LATITUDE, OWNER = ((36, 1), (17, 1), (4512, 100)), "زهرا محمدی"
ROTATED = 6
OFFICE = "application/vnd.openxmlformats-officedocument"


def pixels() -> Image.Image:
    """A picture of which every part differs."""
    rows, columns = range(SIDE * 2), range(SIDE)
    data = bytes(one % 256 for y in rows for x in columns for one in (x * 5, y * 3, x * y))
    return Image.frombytes("RGB", (SIDE, SIDE * 2), data)


def camera_notes(orientation: int = ROTATED) -> Image.Exif:
    """Where, when and by whom it was taken, as phones note it; and which way is up."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x0110] = "Pixel 9"
    notes[0x0132] = "2026:11:21 09:00:00"
    notes[0x9C9D] = OWNER.encode("utf-16-le")
    gps = notes.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (36.0, 17.0, 45.12), "E", (59.0, 36.0, 20.5)
    return notes


def photo(form: str = "JPEG", *, orientation: int = ROTATED, **more: object) -> bytearray:
    """A picture with a camera's notes."""
    made = io.BytesIO()
    pixels().save(made, form, exif=camera_notes(orientation), **more)
    return bytearray(made.getvalue())


def plain_photo() -> bytearray:
    """One that no camera took."""
    made = io.BytesIO()
    pixels().save(made, "JPEG")
    return bytearray(made.getvalue())


def png_with_texts() -> bytearray:
    """With a remark and a place in it, too."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Comment", OWNER)
    texts.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta><exif:GPSLatitude>36,17N</exif:GPSLatitude></x:xmpmeta>")
    made = io.BytesIO()
    pixels().save(made, "PNG", exif=camera_notes(), pnginfo=texts)
    return bytearray(made.getvalue())


def pdf(inside: bytes = b"") -> bytearray:
    """One empty page."""
    head = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R" + inside + b">>endobj\n"
    body = (
        head + b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n"
    )
    xref = b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return bytearray(body + xref % len(body))


def xlsx() -> bytearray:
    """A real workbook."""
    book = openpyxl.Workbook()
    book.active["A1"] = "شکایت"  # pyright: ignore[reportOptionalSubscript]
    made = io.BytesIO()
    book.save(made)
    return bytearray(made.getvalue())


def archive(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytearray:
    """A zip with these in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return bytearray(made.getvalue())


def docx(**more: bytes) -> bytearray:
    """The least that Word opens; `more` are further parts, `word_x_xml` for word/x.xml."""
    main = (
        f'<Override PartName="/word/document.xml" ContentType="{OFFICE}.wordprocessingml.document.main+xml"/>'
    )
    parts = {
        "[Content_Types].xml": f"<?xml version='1.0'?><Types>{main}</Types>".encode(),
        "_rels/.rels": b"<Relationships/>",
        "word/document.xml": "<w:document><w:t>شکایت</w:t></w:document>".encode(),
    }
    return archive({**parts, **{_path(name): content for name, content in more.items()}})


def _path(name: str) -> str:
    folder, _, rest = name.partition("_")
    stem, _, suffix = rest.rpartition("_")
    return f"{folder}/{stem}.{suffix}"


def mp3(frames: int = 20) -> bytearray:
    """Notes of a program, silence in MPEG-1 layer 3 at 128 kbit/s, and the old kind of notes behind it."""
    said = b"TIT2" + struct.pack(">I", 11) + b"\0\0\0" + b"Zahra home"
    notes = b"ID3\x03\0\0" + bytes([0, 0, 0, len(said)]) + said
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return bytearray(notes + frame * frames + b"TAG" + b"Zahra".ljust(125, b"\0"))


def box(name: bytes, inside: bytes) -> bytes:
    """One box of an M4A."""
    return struct.pack(">I", 8 + len(inside)) + name + inside


def m4a(handler: bytes = b"soun") -> bytearray:
    """A sound with the place where it was recorded, as phones note it."""
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(13))))
    place = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+36.2958+059.6057/"))
    moov = box(b"moov", box(b"mvhd", bytes(100)) + track + place)
    return bytearray(box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom") + moov + box(b"mdat", b"\x21" * 200))


def ogg() -> bytearray:
    """Two pages of Opus."""

    def page(flags: int, number: int, content: bytes) -> bytes:
        head = b"OggS\0" + struct.pack("<BqIIIB", flags, 0, 7, number, 0, 1)
        return head + bytes([len(content)]) + content

    return bytearray(page(2, 0, b"OpusHead" + bytes(11)) + page(4, 1, b"\xfc" * 60))


def wav() -> bytearray:
    """A sound of a kind that is not taken in."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(800))
    return bytearray(made.getvalue())

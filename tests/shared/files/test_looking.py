"""A file is what its content says; what nobody meant to send stays out; all else is refused, and told why."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from shared.files.kinds import FILE_BYTES_MAX, MEGABYTE
from shared.files.looking import look_into
from shared.rule import Invalid
from tests.shared.files import samples

GOOD: dict[str, Callable[[], bytearray]] = {
    "jpeg": samples.photo,
    "png": lambda: samples.photo("PNG"),
    "webp": lambda: samples.photo("WEBP"),
    "pdf": samples.pdf,
    "docx": samples.docx,
    "xlsx": samples.xlsx,
    "txt": lambda: bytearray("سلام؛ آب نیست.\r\n".encode()),
    "mp3": samples.mp3,
    "m4a": samples.m4a,
    "ogg": samples.ogg,
}
PICTURES = ["JPEG", "PNG", "WEBP"]


def taken(content: bytearray) -> bytes:
    return b"".join(look_into(content).pieces)


def why_not(content: bytearray | bytes) -> str:
    with pytest.raises(Invalid) as refused:
        look_into(bytearray(content))
    [(place, said)] = refused.value.places
    assert place == "/file"
    assert said.fa != said.en
    return said.en


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_is_known_by_its_content_and_is_the_same_when_it_comes_again(name: str) -> None:
    clean = look_into(GOOD[name]())
    again = b"".join(clean.pieces)

    assert clean.kind.name == name
    assert clean.bytes_count == len(again)
    assert taken(bytearray(again)) == again


@pytest.mark.parametrize("form", PICTURES)
def test_of_a_photo_the_place_time_camera_and_owner_are_gone_and_which_way_is_up_stays(form: str) -> None:
    sent = samples.photo(form)
    assert b"Pixel 9" in sent

    kept = taken(bytearray(sent))
    notes = Image.open(io.BytesIO(kept)).getexif()
    assert dict(notes) == {0x0112: samples.ROTATED}
    assert dict(notes.get_ifd(0x8825)) == {}
    assert b"Pixel 9" not in kept
    assert samples.OWNER.encode("utf-16-le") not in kept


@pytest.mark.parametrize("form", PICTURES)
def test_a_photo_that_stands_upright_keeps_no_note_at_all(form: str) -> None:
    assert b"exif" not in taken(samples.photo(form, orientation=1)).lower()


@pytest.mark.parametrize("form", PICTURES)
def test_the_picture_itself_stays_as_it_was_to_the_last_bit(form: str) -> None:
    sent = samples.photo(form)
    before, after = (Image.open(io.BytesIO(one)) for one in (bytes(sent), taken(bytearray(sent))))

    assert (after.size, after.tobytes()) == (before.size, before.tobytes())


def test_a_progressive_jpeg_with_its_colours_and_remarks_keeps_the_colours_alone() -> None:
    profile = b"a profile of colours" * 10
    sent = samples.photo(progressive=True, icc_profile=profile, comment=samples.OWNER.encode())
    kept = taken(bytearray(sent))

    assert Image.open(io.BytesIO(kept)).info["icc_profile"] == profile
    assert samples.OWNER.encode() in sent
    assert samples.OWNER.encode() not in kept
    assert Image.open(io.BytesIO(kept)).tobytes() == Image.open(io.BytesIO(bytes(sent))).tobytes()


def test_of_a_png_the_remarks_and_the_place_in_xmp_are_gone() -> None:
    sent = samples.png_with_texts()
    assert b"GPSLatitude" in sent

    kept = taken(sent)
    assert b"GPSLatitude" not in kept
    assert Image.open(io.BytesIO(kept)).info.keys() <= {"exif"}


def test_what_a_phone_puts_behind_its_photo_is_cut_off() -> None:
    photo = samples.photo()

    assert taken(photo + b"SEFH" + bytes(5000) + b"SEFT") == taken(samples.photo())


def test_of_a_sound_the_place_and_the_names_are_gone_and_the_sound_stays() -> None:
    assert b"+36.2958" not in taken(samples.m4a())
    assert len(taken(samples.m4a())) == len(samples.m4a())
    assert taken(samples.mp3(20)) == (b"\xff\xfb\x90\x00" + bytes(413)) * 20


@pytest.mark.parametrize("name", [name for name in GOOD if name not in {"txt", "mp3"}])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_that_broke_off_is_refused(name: str, part: float) -> None:
    whole = GOOD[name]()

    assert why_not(whole[: int(len(whole) * part)])


def test_an_mp3_has_no_end_so_one_that_broke_off_keeps_its_whole_frames() -> None:
    frame = b"\xff\xfb\x90\x00" + bytes(413)

    assert taken(samples.mp3(5)[: -128 - 1]) == frame * 4
    assert why_not(samples.mp3(3)[: -128 - 1])


def test_a_file_without_its_last_byte_is_refused() -> None:
    for name in ("jpeg", "png", "webp", "docx", "xlsx", "m4a", "ogg"):
        assert why_not(GOOD[name]()[:-1]), name


def test_an_empty_file_is_refused() -> None:
    assert "empty" in why_not(b"")


BEHIND = {
    "an archive": bytes(samples.archive({"a.txt": b"x"})),
    "a web page": b"<html><script>alert(1)</script>",
    "a document": bytes(samples.pdf()),
    "a program": b"\x7fELF" + bytes(100),
    "a script": b"\n#!/bin/sh\nrm -rf /\n",
    "php": b"<?php system($_GET[1]); ?>",
}


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "pdf", "ogg", "mp3"])
@pytest.mark.parametrize("behind", BEHIND)
def test_something_else_behind_a_file_is_refused(name: str, behind: str) -> None:
    assert why_not(GOOD[name]() + BEHIND[behind])


@pytest.mark.parametrize(
    "hidden", [b"<?php system(1); ?>", b"<script>alert(1)</script>", b"%PDF-1.7 1 0 obj"]
)
def test_something_else_inside_a_photo_is_refused(hidden: bytes) -> None:
    assert "hidden" in why_not(samples.photo(comment=hidden))


def test_a_photo_that_is_an_archive_too_is_refused_wherever_the_archive_lies() -> None:
    packed = bytes(samples.archive({"a.txt": b"x"}, zipfile.ZIP_STORED))
    assert "hidden" in why_not(samples.photo(comment=packed))
    assert why_not(bytearray(packed) + samples.photo())


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"  \n<!DOCTYPE html><html></html>",
        b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
        b"#!/bin/sh\necho",
        b"{\\rtf1 }",
        b"hello <script>alert(1)</script>",
        b"MZ\x90\x00" + bytes(200),
        b"\x7fELF" + bytes(200),
        b"GIF89a" + bytes(50),
        b"caf\xe9",
        bytes(samples.wav()),
        bytes(1000),
        bytes(FILE_BYTES_MAX),
        b"\xcf\xfa\xed\xfe" * 10,
        b"Rar!\x1a\x07\x01\x00" + bytes(50),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_on_no_list_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert why_not(content)


def test_a_text_of_any_windows_is_kept_in_utf_8() -> None:
    assert taken(bytearray("سلام".encode("utf-16"))) == "سلام".encode()
    assert taken(bytearray("سلام".encode("utf-8-sig"))) == "سلام".encode()


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_a_text_may_have_a_megabyte(more: int, fits: bool) -> None:
    content = bytearray(b"a" * (MEGABYTE + more))
    if fits:
        assert look_into(content).kind.name == "txt"
    else:
        assert "1 MB" in why_not(content)


@pytest.mark.parametrize("doing", [b"/OpenAction<</S/JavaScript/JS(x)>>", b"/Names<</EmbeddedFiles 1 0 R>>"])
def test_a_pdf_that_does_something_is_refused(doing: bytes) -> None:
    assert "program" in why_not(samples.pdf(doing))


# Archives


def test_a_bare_archive_is_no_document() -> None:
    assert "archive" in why_not(samples.archive({"a.txt": b"x"}))
    assert "archive" in why_not(
        samples.archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"})
    )
    assert why_not(samples.archive({}))


def test_a_small_document_that_becomes_huge_is_refused_by_what_it_truly_unpacks_to() -> None:
    assert "large" in why_not(samples.docx(word_media_xml=bytes(50 * MEGABYTE)))
    assert "large" in why_not(
        samples.docx(**{f"word_m{number}_xml": bytes(MEGABYTE) for number in range(70)})
    )

    lying = samples.docx(word_media_xml=bytes(50 * MEGABYTE))
    said, told = struct.pack("<I", 50 * MEGABYTE), struct.pack("<I", 1000)
    assert lying.count(said) == 2
    assert why_not(lying.replace(said, told))


def test_too_many_parts_are_refused() -> None:
    assert "large" in why_not(samples.docx(**{f"word_m{number}_xml": b"" for number in range(2000)}))


def test_parts_that_lie_over_each_other_are_refused() -> None:
    content = samples.archive({"a": b"x" * 100, "b": b"y" * 100}, zipfile.ZIP_STORED)
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = bytes(4)

    assert why_not(content)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("word_vbaProject_bin", b"macro"),
        ("word_activeX_activeX1_xml", b"<x/>"),
        ("word_embeddings_a_bin", bytes(samples.archive({"a": b"b"}))),
        ("word_a_exe", b"MZ"),
        ("word_b_xml", b"<!DOCTYPE a [<!ENTITY a 'aaaa'>]><a/>"),
        ("word_c_rels", b'<Relationship Type="x/attachedTemplate" Target="http://e" TargetMode="External"/>'),
    ],
)
def test_macros_programs_archives_entities_and_what_is_loaded_from_elsewhere_are_refused(
    part: str, content: bytes
) -> None:
    assert why_not(samples.docx(**{part: content}))


def test_a_link_that_somebody_may_follow_is_no_loading() -> None:
    link = b'<Relationship Type="x/hyperlink" Target="http://e" TargetMode="External"/>'

    assert look_into(samples.docx(word_c_rels=link)).kind.name == "docx"


def test_a_locked_document_and_names_that_lead_out_are_refused() -> None:
    locked = samples.docx()
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(mark) + place] |= 1
    assert "password" in why_not(locked)
    for name in ("../../etc/passwd", "/etc/passwd", "a\\b", "c:d"):
        assert why_not(samples.archive({"[Content_Types].xml": b"", name: b"x"})), name


def test_something_before_or_behind_a_document_is_refused() -> None:
    assert "hidden" in why_not(samples.docx() + b"<html>")
    inside = samples.docx()
    end = inside.rfind(b"PK\x05\x06")
    with_remark = inside[:end] + inside[end:-2] + b"\x06\x00<html>"
    assert "hidden" in why_not(with_remark)


# Pictures that are bombs


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, data: bytes) -> bytearray:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return bytearray(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def test_a_picture_of_more_than_fifty_million_pixels_is_refused_before_it_is_unpacked() -> None:
    assert "pixels" in why_not(png(10_000, 5_001, b"x"))
    assert "pixels" in why_not(png(20_001, 1, b"x"))
    photo = samples.photo()
    frame = photo.find(b"\xff\xc0")
    photo[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    assert "pixels" in why_not(photo)


@pytest.mark.parametrize(("more", "why"), [(-1, "incomplete"), (0, None), (1, "large")])
def test_a_png_must_unpack_to_exactly_what_it_says(more: int, why: str | None) -> None:
    content = png(100, 100, bytes(100 * 101 + more))
    if why is None:
        assert look_into(content).kind.name == "png"
    else:
        assert why in why_not(content)


def test_a_small_png_that_unpacks_for_ever_is_refused() -> None:
    assert "large" in why_not(png(100, 100, bytes(200 * MEGABYTE)))


@pytest.mark.parametrize(("more", "whole"), [(-1, False), (0, True), (1, False)])
def test_an_interlaced_png_is_measured_pass_by_pass(more: int, whole: bool) -> None:
    header = struct.pack(">IIBBBBB", 5, 3, 8, 0, 0, 0, 1)
    lines = [1 + 1, 1 + 1, 1 + 1, 1 + 3, 1 + 2, 1 + 2, 1 + 5]  # of six of the seven passes; one has none
    data = zlib.compress(bytes(sum(lines) + more))
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")

    if whole:
        assert Image.open(io.BytesIO(taken(bytearray(content)))).getpixel((4, 2)) == 0
    else:
        assert why_not(content)


def test_a_film_is_no_sound() -> None:
    assert "sound alone" in why_not(samples.m4a(b"vide"))

"""Forms with a file, sent badly: a clear problem comes back, and nothing is kept."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from shared.files.kinds import FILE_BYTES_MAX
from shared.web.uploads import AT_ONCE_MAX, FORM_BYTES_MAX
from tests.http.routes import Route
from tests.http.test_bad_input import pointers, refused
from tests.http.worlds import World, lawful_form

pytestmark = pytest.mark.real
KIND = "multipart/form-data; boundary=x"
FILE_PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n'
END = b"--x--\r\n"
NO_FORMS = [
    b"",
    b"hello",
    b"--x",
    b"--y--\r\n",
    FILE_PART,
    FILE_PART[:-10],
    b"--x\r\nContent-Disposition: form-data; name=" + b"n" * 10_000 + b"\r\n\r\n\r\n" + END,
    b"--x\r\nno header at all\r\n\r\n" + END,
    b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % one for one in range(50))
    + END,
    b'--x\r\nContent-Disposition: form-data; name="mobile"\r\n\r\n' + b"9" * 5000 + b"\r\n" + END,
    b'--x\r\nContent-Disposition: form-data; name="mobile"\r\n\r\n\xff\xfe\r\n' + FILE_PART + END,
    (b'--x\r\nContent-Disposition: form-data; name="mobile"\r\n\r\n1\r\n') * 2 + FILE_PART + END,
    b"\x00" * 1000,
]


def with_forms(world: World) -> list[Route]:
    return [route for route in world.routes if route.form is not None]


async def ask(world: World, route: Route, **how: Any) -> httpx.Response:
    """As somebody who may."""
    return await world.ask(route, **how)


async def test_what_is_no_whole_form_is_400_and_keeps_nothing(world: World) -> None:
    before = await world.everything()
    for route in with_forms(world):
        for content in NO_FORMS:
            answer = await world.ask(route, content=content, headers={"content-type": KIND})
            problem = refused(answer, 400, why=(route.name, content[:60]))
            assert problem["type"].endswith(":not-a-form")
    assert await world.everything() == before


async def test_another_content_type_is_422(world: World) -> None:
    for route in with_forms(world):
        for kind in (
            "application/json",
            "text/plain",
            "",
            "multipart/form-data",
            "multipart/mixed; boundary=x",
        ):
            answer = await world.ask(route, content=FILE_PART + END, headers={"content-type": kind})
            refused(answer, 422, why=(route.name, kind))


async def test_a_missing_an_unknown_and_a_wrong_field_are_told_by_name_and_a_second_file_is_refused(
    world: World,
) -> None:
    before = await world.everything()
    for route in with_forms(world):
        assert route.form is not None
        whole = lawful_form(route)
        for name in whole["data"]:
            left = {field: value for field, value in whole["data"].items() if field != name}
            answer = await ask(world, route, **{**whole, "data": left})
            assert pointers(refused(answer, 422, why=(route.name, name))) == [f"/{name}"]
            for bad in ("x" * 4000, "", '{"$gt":""}', "\x00"):
                answer = await ask(world, route, **{**whole, "data": {**whole["data"], name: bad}})
                assert f"/{name}" in pointers(refused(answer, 422, why=(route.name, name, bad)))
        answer = await ask(world, route, **{**whole, "data": {**whole["data"], "extra": "1"}})
        assert pointers(refused(answer, 422, why=route.name)) == ["/extra"]
        nameless = [(name, (None, value)) for name, value in whole["data"].items()]
        if nameless:  # else nothing would be sent as a form
            assert pointers(refused(await world.ask(route, files=nameless, data={}), 422)) == ["/file"]
        for more in ("file", "other"):
            files = [("file", whole["files"]["file"]), (more, ("b.txt", b"b"))]
            assert pointers(refused(await ask(world, route, **{**whole, "files": files}), 422)) == ["/file"]
    assert await world.everything() == before


async def test_a_file_over_the_limit_is_413_announced_or_in_pieces(world: World) -> None:
    async def pieces(content: bytes) -> AsyncIterator[bytes]:
        yield content

    before = await world.everything()
    for route in with_forms(world):
        whole = lawful_form(route)
        files = {"file": ("a.txt", b"x" * (FILE_BYTES_MAX + 1))}
        problem = refused(await ask(world, route, **{**whole, "files": files}), 413, why=route.name)
        assert problem["type"].endswith(":file-too-large")
        head = FILE_PART.replace(b"hello\r\n", b"")
        for size, kind in ((FILE_BYTES_MAX + 1, ":file-too-large"), (FORM_BYTES_MAX, ":too-large")):
            content = pieces(head + b"x" * size)
            problem = refused(
                await world.ask(route, content=content, headers={"content-type": KIND}), 413, why=route.name
            )
            assert problem["type"].endswith(kind)
    assert await world.everything() == before


async def test_when_many_files_come_at_once_more_are_asked_to_come_again(world: World) -> None:
    reader = world.serving.app.state.uploads
    for route in with_forms(world):
        reader._at_once += AT_ONCE_MAX
        answer = await world.ask(route)
        reader._at_once -= AT_ONCE_MAX
        assert refused(answer, 503)["type"].endswith(":too-many-uploads")
        assert answer.headers["retry-after"]
        assert (await world.ask(route)).status_code != 503

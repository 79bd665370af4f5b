"""Files of a case as tests send them."""

from typing import Any

import httpx

from tests.complaints.cases import MOBILE
from tests.serving import Serving, bearer
from tests.shared.files import samples

OFFICER, HEAD = "water.desk.officer", "water.head"
TEXT = "سه بار آمدم و بسته بود.".encode()


async def send(
    complaints: Serving,
    receipt: dict[str, Any],
    content: bytes | bytearray = TEXT,
    name: str = "گلایه.txt",
    mobile: str = MOBILE,
) -> httpx.Response:
    """The citizen adds a file."""
    own = {"code": receipt["tracking_code"], "mobile": mobile}
    return await complaints.http.post(
        "/v1/follow/attachments", data=own, files={"file": (name, bytes(content))}
    )


async def add(
    complaints: Serving,
    id_: str,
    purpose: str,
    content: bytes | bytearray = TEXT,
    post: str = OFFICER,
    name: str = "پاسخ.txt",
) -> httpx.Response:
    """Staff add a file."""
    return await complaints.http.post(
        f"/v1/complaints/{id_}/attachments",
        data={"purpose": purpose},
        files={"file": (name, bytes(content))},
        headers=bearer(post),
    )


async def listed(complaints: Serving, id_: str, post: str = HEAD) -> list[dict[str, Any]]:
    """As staff see them."""
    answer = await complaints.http.get(f"/v1/complaints/{id_}/attachments", headers=bearer(post))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def own(complaints: Serving, receipt: dict[str, Any]) -> list[dict[str, Any]]:
    """As the citizen sees them."""
    body = {"code": receipt["tracking_code"], "mobile": MOBILE}
    answer = await complaints.http.post("/v1/follow/attachments/list", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def download(complaints: Serving, id_: str, file_id: str, post: str = OFFICER) -> httpx.Response:
    """Staff open one."""
    url = f"/v1/complaints/{id_}/attachments/{file_id}"
    return await complaints.http.get(url, headers=bearer(post))


async def download_own(complaints: Serving, receipt: dict[str, Any], file_id: str) -> httpx.Response:
    """The citizen opens one."""
    body = {"code": receipt["tracking_code"], "mobile": MOBILE, "attachment_id": file_id}
    return await complaints.http.post("/v1/follow/attachments/content", json=body)


async def withdraw(complaints: Serving, id_: str, file_id: str, post: str = OFFICER) -> httpx.Response:
    """Staff take one away."""
    url = f"/v1/complaints/{id_}/attachments/{file_id}"
    return await complaints.http.delete(url, headers=bearer(post))


async def chunks(complaints: Serving) -> list[dict[str, Any]]:
    """What lies in the store."""
    return await complaints.database["files.chunks"].find().to_list()


def large_picture() -> bytearray:
    """A picture of more than one sealed piece."""
    photo = samples.plain_photo()
    scan_end = photo.rfind(b"\xff\xd9")
    return photo[:scan_end] + b"\x11" * 700_000 + photo[scan_end:]

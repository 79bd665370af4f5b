"""Kannel's smsbox, a messenger's bots, and three services that are described by data."""

from base64 import b64decode

import httpx
import orjson
from typing_extensions import override

from tests.notifications.vendors.vendor import Vendor, fields

SECRET = "hidden-secret-of-a-vendor"  # noqa: S105


class KannelDouble(Vendor):
    """202 with its words, 403 for who may not, 503 for now, 400 for what it can't read."""

    @override
    def answer(self, request: httpx.Request) -> httpx.Response:
        given = fields(request)
        if request.url.path != "/cgi-bin/sendsms":
            return httpx.Response(404, text="Unknown request.")
        if (given.get("username"), given.get("password")) != ("province", SECRET):
            return httpx.Response(403, text="Authorization failed for sendsms")
        if (given.get("coding"), given.get("charset")) != ("2", "UTF-8"):
            return httpx.Response(400, text="Message body would be broken")
        match self.says:
            case "permanent":
                return httpx.Response(400, text="Invalid receiver")
            case "passing":
                return httpx.Response(503, text="Temporal failure, try again later.")
            case _:
                self.taken.append((given["to"], given["text"]))
                return httpx.Response(202, text="0: Accepted for delivery")


class MessengerDouble(Vendor):
    """Bale's and Telegram's `sendMessage`."""

    @override
    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != f"/bot{SECRET}/sendMessage":
            return _not_ok(404, "Not Found")
        given = orjson.loads(request.content)
        match self.says:
            case "permanent":
                return _not_ok(403, "Forbidden: bot was blocked by the user")
            case "passing":
                return _not_ok(429, "Too Many Requests: retry after 3")
            case _:
                self.taken.append((str(given["chat_id"]), given["text"]))
                return httpx.Response(200, json={"ok": True, "result": {"message_id": len(self.taken)}})


def _not_ok(code: int, description: str) -> httpx.Response:
    return httpx.Response(code, json={"ok": False, "error_code": code, "description": description})


class MelipayamakDouble(Vendor):
    """Its REST service, which answers 200 to everything."""

    @override
    def answer(self, request: httpx.Request) -> httpx.Response:
        given = fields(request)
        if given.get("password") != SECRET:
            return httpx.Response(200, json={"Value": "", "RetStatus": 0, "StrRetStatus": "InvalidUser"})
        if request.url.path == "/api/SendSMS/GetDeliveries2":
            return httpx.Response(200, json={"Value": "1", "RetStatus": 1, "StrRetStatus": "Ok"})
        code = {"taken": 1, "permanent": 7, "passing": 2}[self.says]
        if code == 1:
            self.taken.append(("+98" + given["to"][1:], given["text"]))
        return httpx.Response(200, json={"Value": "4921356" if code == 1 else "", "RetStatus": code})


class SmsirDouble(Vendor):
    """Its API of version 1."""

    @override
    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers.get("x-api-key") != SECRET:
            return httpx.Response(
                401, json={"status": 10, "message": "کلیدوب سرویس نامعتبر است", "data": None}
            )
        if request.method == "GET":
            state = {"messageId": 89545112, "mobile": 989121234567, "deliveryState": 1}
            return httpx.Response(200, json={"status": 1, "message": "موفق", "data": state})
        given = orjson.loads(request.content)
        assert isinstance(given["lineNumber"], int)
        match self.says:
            case "permanent":
                return httpx.Response(
                    400, json={"status": 104, "message": "شماره موبایل نامعتبر است", "data": None}
                )
            case "passing":
                return httpx.Response(
                    429, json={"status": 20, "message": "تعداد درخواست غیر مجاز", "data": None}
                )
            case _:
                self.taken.append(("+98" + given["mobiles"][0][1:], given["messageText"]))
                sent = {"packId": "2b99e183", "messageIds": [89545112], "cost": 1.0}
                return httpx.Response(200, json={"status": 1, "message": "موفق", "data": sent})


class MagfaDouble(Vendor):
    """Its HTTP service of version 2, which can be asked by the caller's own number of a message."""

    def __init__(self) -> None:
        super().__init__()
        self._uids: dict[str, int] = {}

    @override
    def answer(self, request: httpx.Request) -> httpx.Response:
        given = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        if given != f"province/domain:{SECRET}":
            return httpx.Response(200, json={"status": 18})
        path = request.url.path.removeprefix("/api/http/sms/v2/")
        if path.startswith("mid/"):
            known = self._uids.get(path.removeprefix("mid/"), -1)
            return httpx.Response(200, json={"status": 0, "mid": known})
        body = orjson.loads(request.content)
        code = {"taken": 0, "permanent": 1, "passing": 14}[self.says]
        if code:
            return httpx.Response(200, json={"status": 0, "messages": [{"status": code}]})
        [uid] = body["uids"]
        assert isinstance(uid, int)
        self._uids[str(uid)] = 77001
        self.taken.append(("+98" + body["recipients"][0][1:], body["messages"][0]))
        one = {"status": 0, "id": 77001, "userId": uid, "parts": 1, "alphabet": "UCS2"}
        return httpx.Response(200, json={"status": 0, "messages": [one]})

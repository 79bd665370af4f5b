"""Kavenegar's API as its documents have it: `sms/send`, `sms/status`, `sms/statuslocalmessageid`."""

import httpx
from typing_extensions import override

from tests.notifications.vendors.vendor import Vendor, fields

KEY = "4F6D2B5A6E3752347A6D4C-kavenegar-key"
CODES = {"permanent": 411, "passing": 418, "unclear": 409}
ERRORS = {
    400: "پارامترها ناقص هستند",
    401: "حساب کاربری غیرفعال شده است",
    402: "عملیات ناموفق بود",
    403: "کد شناسائی API-Key معتبر نمی‌باشد",
    404: "متد نامشخص است",
    405: "متد Get/Post اشتباه است",
    406: "پارامترهای اجباری خالی ارسال شده اند",
    407: "دسترسی به اطلاعات مورد نظر برای شما امکان پذیر نیست",
    409: "سرور قادر به پاسخگوئی نیست بعدا تلاش کنید",
    411: "دریافت کننده نامعتبر است",
    412: "ارسال کننده نامعتبر است",
    413: "پیام خالی است و یا طول پیام بیش از حد مجاز می‌باشد",
    414: "حجم درخواست بیشتر از حد مجاز است",
    415: "اندیس شروع بزرگ تر از کل تعداد شماره های مورد نظر است",
    416: "IP سرویس مبدا با تنظیمات مطابقت ندارد",
    417: "تاریخ ارسال اشتباه است و فرمت آن صحیح نمی باشد",
    418: "اعتبار شما کافی نمی‌باشد",
    419: "طول آرایه متن و گیرنده و فرستنده هم اندازه نیست",
    420: "استفاده از لینک در متن پیام برای شما محدود شده است",
    422: "داده ها به دلیل وجود کاراکتر نامناسب قابل پردازش نیست",
    424: "الگوی مورد نظر پیدا نشد",
    426: "استفاده از این متد نیازمند سرویس پیشرفته می‌باشد",
    427: "استفاده از این خط نیازمند ایجاد سطح دسترسی می باشد",
    428: "ارسال کد از طریق تماس تلفنی امکان پذیر نیست",
    429: "IP محدود شده است",
    431: "ساختار کد صحیح نمی‌باشد",
    432: "پارامتر کد در متن پیام پیدا نشد",
    451: "فراخوانی بیش از حد در بازه زمانی مشخص IP محدود شده",
    501: "فقط امکان ارسال پیام تست به شماره صاحب حساب کاربری وجود دارد",
}
"""What `return.status` may be instead of 200."""
QUEUED, DELIVERED, NOT_KNOWN = 1, 10, 100


class KavenegarDouble(Vendor):
    """Knows each message by its own id and the caller's; the same `localid` again is the same message."""

    def __init__(self) -> None:
        super().__init__()
        self.status, self._by_local = QUEUED, dict[str, int]()
        self.senders: list[str | None] = []

    @override
    def answer(self, request: httpx.Request) -> httpx.Response:
        _, version, key, group, verb = request.url.path.split("/")
        if (version, group) != ("v1", "sms"):
            return _said(404, "متد نامشخص است")
        if key != KEY:
            return _said(403, "کد شناسائی API-Key معتبر نمی‌باشد")
        given = fields(request)
        match verb:
            case "send.json":
                return self._send(given)
            case "statuslocalmessageid.json":
                return self._status(self._by_local.get(given["localid"]), localid=int(given["localid"]))
            case "status.json":
                known = int(given["messageid"])
                return self._status(known if known in self._by_local.values() else None)
            case _:
                return _said(404, "متد نامشخص است")

    def _send(self, given: dict[str, str]) -> httpx.Response:
        if not {"receptor", "message"} <= given.keys():
            return _said(406, "پارامترهای اجباری خالی ارسال شده اند")
        if not given["receptor"].startswith("09") or not given["localid"].isdecimal():
            return _said(411, "دریافت کننده نامعتبر است")
        if self.says != "taken":
            code = CODES.get(self.says) or int(self.says)
            return _said(code, ERRORS[code])
        id_ = self._by_local.get(given["localid"])
        if id_ is None:
            id_ = self._by_local[given["localid"]] = 8792343 + len(self._by_local)
            self.taken.append(("+98" + given["receptor"][1:], given["message"]))
            self.senders.append(given.get("sender"))
        entry: dict[str, object] = {
            "messageid": id_,
            "message": given["message"],
            "status": QUEUED,
            "statustext": "در صف ارسال",
            "sender": given.get("sender", "10004346"),
            "receptor": given["receptor"],
            "date": 1356619709,
            "cost": 120,
        }
        return _said(200, "تایید شد", entry)

    def _status(self, id_: int | None, **more: int) -> httpx.Response:
        status = NOT_KNOWN if id_ is None else self.status
        return _said(
            200, "تایید شد", {"messageid": id_ or 0, **more, "status": status, "statustext": "وضعیت"}
        )


def _said(code: int, message: str, *entries: dict[str, object]) -> httpx.Response:
    said = {"return": {"status": code, "message": message}, "entries": list(entries) or None}
    return httpx.Response(code, json=said)

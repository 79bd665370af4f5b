"""What the directory tells: who is who in the province. Posts and ids, never names of people."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from shared.events.event import Event
from shared.language import Text

PROVINCE = "governorate"
"""The agency that stands for the province itself: its calendar and figures hold where an agency has none."""


class Role(StrEnum):
    """What a post is for. Rights follow from it (each service's `access.py`)."""

    HEAD = "head"
    DEPUTY = "deputy"
    UNIT_HEAD = "unit-head"
    CASE_OFFICER = "case-officer"
    HEAD_OF_PUBLIC_RELATIONS = "head-of-public-relations"
    REPRESENTATIVE = "representative"
    SECRETARY = "secretary"
    PUBLISHER = "publisher"
    MEMBER = "member"
    INSPECTOR = "inspector"
    CITIZENS_RIGHTS_SECRETARY = "citizens-rights-secretary"
    GOVERNORATE = "governorate"
    CENTRAL_SECRETARIAT = "central-secretariat"
    SOCIAL_DIRECTOR = "social-director"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Name(_Part):
    """A name in both languages; the English one may lack."""

    fa: str
    en: str = ""


class UnitKind(StrEnum):
    """A domain sends a representative to the portal group (PORTAL-2-5); the others lie under it."""

    DOMAIN = "domain"
    UNIT = "unit"
    COUNTY_OFFICE = "county-office"


class Unit(_Part):
    """A part of the agency; `parent` leads up to its domain."""

    id: str
    name: Name
    kind: UnitKind = UnitKind.UNIT
    parent: str | None = None
    county: str | None = None
    service_desk: bool = False


class Post(_Part):
    """A place in the chart. `reports_to` leads, post by post, to the governorate's inspection."""

    id: str
    title: Name
    role: Role
    unit_id: str | None = None
    reports_to: str | None = None


class DirectoryEvent(Event):
    """An event of the directory."""

    publisher: ClassVar[str] = "directory"


class AgencyJoined(DirectoryEvent):
    """Carries the whole chart, so that one event is enough to know the agency."""

    says: ClassVar[Text] = Text(fa="دستگاهی به سامانه پیوست.", en="An agency joined.")

    name: Name
    units: tuple[Unit, ...] = ()
    posts: tuple[Post, ...] = ()
    committees: tuple[dict[str, Any], ...] = ()


class ChartChanged(AgencyJoined):
    """The same whole, after a change."""

    says: ClassVar[Text] = Text(fa="نمودار سازمانی دستگاه تغییر کرد.", en="An agency's chart changed.")


class PostFilled(DirectoryEvent):
    """Somebody holds a post from an instant on, until another does; a stand-in holds it for a while."""

    says: ClassVar[Text] = Text(fa="پستی متصدی گرفت.", en="A post was filled.")

    post_id: str
    person_id: str
    from_at: datetime
    until_at: datetime | None = None
    stand_in: bool = False


class PostVacated(DirectoryEvent):
    """Nobody holds the post from an instant on; whoever was named for a later one still comes."""

    says: ClassVar[Text] = Text(fa="پستی بی‌متصدی شد.", en="A post was vacated.")

    post_id: str
    at: datetime


class HoldingEnded(DirectoryEvent):
    """A time in a post ends otherwise than `PostFilled` told; one that ends as it begins was taken back."""

    says: ClassVar[Text] = Text(
        fa="زمان تصدی یا جانشینی یک پست کوتاه شد یا پس گرفته شد.",
        en="A time in a post was cut short or taken back.",
    )

    post_id: str
    person_id: str
    from_at: datetime
    until_at: datetime
    stand_in: bool = False


class AdviserNamed(DirectoryEvent):
    """The holder of a post is adviser to the agency's head too, as long as they hold it."""

    says: ClassVar[Text] = Text(
        fa="برای متصدی پستی ابلاغ مشاور مدیر دستگاه صادر شد.",
        en="The holder of a post was named adviser to the agency's head.",
    )

    post_id: str
    person_id: str
    head_post_id: str
    from_at: datetime


class FigureSet(DirectoryEvent):
    """The agency's own figure (`FOAD-6`, or `FOAD-6/ladder` for a part), from a day on."""

    says: ClassVar[Text] = Text(
        fa="دستگاه برای بندی رقم خود را تعیین کرد.", en="An agency set its own figure for a clause."
    )

    figure: str
    value: Any
    from_day: date


class ProgrammeAdapted(DirectoryEvent):
    """A measure of a citizens'-rights programme (`clause`) is otherwise in this province, from a day on.

    Owed `times` in each Jalali span (`every`: month, quarter, half-year or year), where that was said;
    the words of it are the directory's to ask.
    """

    says: ClassVar[Text] = Text(
        fa="اقدامی از برنامه‌های حقوق شهروندی برای استان بومی‌سازی شد.",
        en="A measure of the citizens'-rights programmes was adapted to the province.",
    )

    audience: tuple[str, ...]
    times: int | None = None
    every: str | None = None
    from_day: date


class ServiceListed(DirectoryEvent):
    """A service stands in the catalogue (FOAD-4), new or changed; the event carries it whole."""

    says: ClassVar[Text] = Text(
        fa="خدمتی در فهرست خدمات ثبت شد یا تغییر کرد.", en="A service was listed or changed."
    )

    code: str
    title: Name
    unit_id: str | None = None
    online: bool = False


class ServiceWithdrawn(DirectoryEvent):
    """The service is no longer given; its old cases stay."""

    says: ClassVar[Text] = Text(fa="خدمتی از فهرست خدمات حذف شد.", en="A service was withdrawn.")

    code: str


class CalendarSet(DirectoryEvent):
    """The working calendar of the agency (of the province, for its own), whole."""

    says: ClassVar[Text] = Text(fa="تقویم کاری تعیین شد.", en="A working calendar was set.")

    calendar: dict[str, Any]

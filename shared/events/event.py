"""What an event is: a past-tense fact, declared once by its publisher, readable without knowing it."""

from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict
from typing_extensions import override

from shared.language import Text

TYPE_PREFIX = "ir.paygir"


class Event(BaseModel):
    """A fact about one aggregate.

    Its fields are public: ids and codes, never names, numbers or a citizen's text. A subclass in
    `shared/events/<publisher>.py` declares it, with `says`: its sentence in the event catalogue.
    Fields are only ever added, with a default: consumers ignore what they don't know yet. A breaking change
    is a new class with `version = 2`, published beside the old one until nobody reads that.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    publisher: ClassVar[str]
    version: ClassVar[int] = 1
    says: ClassVar[Text]

    agency_id: str
    clause: str | None = None

    @classmethod
    @override
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "says" in vars(cls):
            DECLARED[cls.type_name()] = cls

    @classmethod
    @cache
    def type_name(cls) -> str:
        """The CloudEvents type, such as `ir.paygir.complaints.ComplaintEscalated.v1`."""
        return f"{TYPE_PREFIX}.{cls.publisher}.{cls.__name__}.v{cls.version}"

    @classmethod
    def topic(cls) -> str:
        """Where it is published: one topic for each publisher."""
        return events_topic(cls.publisher)


DECLARED: dict[str, type[Event]] = {}
"""Every event there is, by type name, once its publisher's module is imported."""


def events_topic(publisher: str) -> str:
    """The public topic of a service."""
    return f"paygir.{publisher}.events"


def dead_topic(consumer: str) -> str:
    """Where a service keeps the records that it could not work."""
    return f"paygir.{consumer}.dead"

"""What a citizen wishes to be told, by their case's code and their mobile."""

from typing import Self

from fastapi import APIRouter, Request
from pydantic import Field

from services.notifications import access, rules
from services.notifications.api.parts import UseIt
from services.notifications.domain.wishes import WishKind
from services.notifications.usecases import preferences
from services.notifications.usecases.preferences import Wishes
from shared.access.guard import open_to_all
from shared.web.fields import Code, Mobile
from shared.web.limits import Tries
from shared.web.parts import V1, Body, View, example
from shared.web.problems import language_of

router = APIRouter(prefix=V1, tags=["messages"])


class OwnBody(Body):
    """A citizen's own case, and whether it is asked for all agencies instead of the one that has the case."""

    code: Code
    mobile: Mobile
    everywhere: bool = Field(default=False, strict=True)


class PreferencesBody(OwnBody):
    """All that is refused from now on: what isn't named is wished for."""

    model_config = example(
        code="3TMJ-WP0K-48R6-TF3J", mobile="09121234567", refused=["own-case-progress", "surveys"]
    )

    refused: list[WishKind] = Field(max_length=len(WishKind))


class KindView(View):
    """A kind of messages. What isn't `refusable` is sent in any case, by the `clause`."""

    kind: WishKind
    title: str
    refusable: bool
    clause: str | None
    refused: bool


class PreferencesView(View):
    """What holds for a number at an agency, or at all of them where `agency_id` is null. `said_everywhere`
    tells that it was said for all agencies last.
    """

    agency_id: str | None
    said_everywhere: bool
    kinds: list[KindView]

    @classmethod
    def of(cls, wishes: Wishes, language: str) -> Self:
        """In the reader's language."""
        return cls(
            agency_id=wishes.agency_id,
            said_everywhere=wishes.said_everywhere,
            kinds=[
                KindView(
                    kind=kind,
                    title=kind.says.in_(language),
                    refusable=kind.refusable,
                    clause=None if kind.refusable else rules.REFUSABLE.clause,
                    refused=kind in wishes.refused,
                )
                for kind in WishKind
            ],
        )


@router.post("/preferences")
@open_to_all(access.PREFERENCES)
async def read(body: OwnBody, use: UseIt, tries: Tries, request: Request) -> PreferencesView:
    """What a number is told and has refused, for who has a code and its mobile; five wrong tries a minute.

    A POST, so that no number stands in an address that others may log.
    """
    async with tries.of(body.code):
        found = await preferences.read(use, body.code, body.mobile, everywhere=body.everywhere)
    return PreferencesView.of(found, language_of(request))


@router.put("/preferences")
@open_to_all(access.PREFERENCES)
async def put(body: PreferencesBody, use: UseIt, tries: Tries, request: Request) -> PreferencesView:
    """Refuse kinds of messages, or wish for them again; 409 for what can't be refused (RIGHTS-P5-6)."""
    async with tries.of(body.code):
        now = await preferences.put(use, body.code, body.mobile, body.refused, everywhere=body.everywhere)
    return PreferencesView.of(now, language_of(request))

"""What the routes share."""

from typing import Annotated

from fastapi import Depends
from pydantic import AfterValidator

from services.notifications import access
from services.notifications.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.parts import uses

UseIt = Annotated[Use, Depends(uses)]
Reader = Annotated[Who, Depends(allowed(access.READ))]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


Lines = AfterValidator(_lines)
"""On a text of several lines: they end as on a phone, however a browser sent them."""

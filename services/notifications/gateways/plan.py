"""How a gateway is configured: what all kinds have in common."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.notifications.domain.lane import Lane
from services.notifications.domain.message import SMS

NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"


class NoSecret(Exception):
    """A gateway's secret isn't where its plan says."""


class Strict(BaseModel):
    """Unknown fields are refused, and no error quotes what was given: a secret in a wrong place, perhaps."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Secret(Strict):
    """Where a secret is: an environment variable's name, or a file. Never the secret itself."""

    env: str | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Secret":
        if (self.env is None) == (self.file is None):
            raise ValueError("name `env` or `file`, not both")
        return self

    def read(self) -> str:
        """The secret itself, or NoSecret."""
        try:
            text = os.environ[self.env] if self.env is not None else Path(self.file or "").read_text()
        except (KeyError, OSError) as error:
            raise NoSecret(f"no secret in {self.env or self.file}") from error
        return text.strip()


class Plan(Strict):
    """Of any gateway; `kind` is whom it reaches by: a mobile, an address, a chat, a post.

    Of several of a kind each takes messages by its `weight` and by how it does of late; one of weight 0 only
    what no other takes. `per_second` is for all workers together, `at_once` for each.
    """

    kind: str = SMS
    weight: Annotated[float, Field(ge=0, le=1000)] = 1
    lanes: frozenset[Lane] = frozenset(Lane)
    per_second: Annotated[float, Field(gt=0, le=10_000)] | None = None
    at_once: Annotated[int, Field(ge=1, le=500)] = 32
    receipts_within_s: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="receipts that come later count against it; none: they aren't waited for"
    )
    cost: Annotated[int, Field(ge=0, description="rials for a part")] = 0
    line: str | None = Field(default=None, description="the line that messages come from")
    lines: dict[str, str] = Field(default_factory=dict[str, str], description="the lines of agencies by id")

    def sender(self, agency_id: str) -> str | None:
        """An agency's own line, else the one for all."""
        return self.lines.get(agency_id, self.line)


Seconds = Annotated[float, Field(ge=0)]

"""Times in a post, as answers have them."""

from datetime import datetime

from services.directory.domain.holdings import Held
from shared.web.parts import View


class HeldView(View):
    """A person in a post from an instant until another; `until_at` is null while no end is named."""

    person_id: str
    from_at: datetime
    until_at: datetime | None


def held_views(held: tuple[Held, ...]) -> list[HeldView]:
    """In their order."""
    return [HeldView(person_id=one.person_id, from_at=one.from_at, until_at=one.until_at) for one in held]

"""What a case came as, before a desk said what its citizen hadn't."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AsFiled:
    """The service and ground that it came with; the number of the round in which a desk named them last."""

    service_code: str
    ground: str
    sorted_in_round: int

"""Writes services.csv, the demo province's catalogue, from catalogue/kinds.yaml and catalogue/subjects.yaml.

Run `python -m deploy.demo.make_catalogue`. The same two files give the same bytes on every machine:
what differs from service to service is drawn from the service's own code, so a service added at an
end changes no other.
"""

import csv
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from deploy.demo.read import read_yaml
from services.directory.domain.rows import COLUMNS

HERE = Path(__file__).parent
CATALOGUE = HERE / "services.csv"
_ALTERNATIVES = re.compile(r"\{([^}]*)\}")


class Action(BaseModel):
    """One thing an agency does about a subject. `online` is the share of such services, in percent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    documents: tuple[str, ...]
    steps: tuple[str, ...]
    duration: tuple[str, ...]
    cost: tuple[int, ...]
    online: int


def catalogue() -> str:
    """The whole file as text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
    return out.getvalue()


def rows() -> Iterator[dict[str, str | int]]:
    """A row for each action about each subject. The code: agency, subject, action."""
    kinds = read_yaml(HERE / "catalogue/kinds.yaml", dict[str, tuple[Action, ...]])
    places = read_yaml(HERE / "catalogue/subjects.yaml", dict[str, dict[str, tuple[str, ...]]])
    subjects_of: dict[str, int] = {}
    agencies = list(dict.fromkeys(place.split(".")[0] for place in places))
    for place, by_kind in places.items():
        agency_id = place.split(".")[0]
        for kind, patterns in by_kind.items():
            for subject in (one for pattern in patterns for one in expand(pattern)):
                number = subjects_of[agency_id] = subjects_of.get(agency_id, 0) + 1
                prefix = f"{1001 + agencies.index(agency_id)}{1000 + number}"
                for turn, action in enumerate(kinds[kind]):
                    yield _row(f"{prefix}{100 + turn}", place, agency_id, subject, action)


def expand(pattern: str) -> Iterator[str]:
    """`چاه {کشاورزی|صنعتی}` is two subjects."""
    found = _ALTERNATIVES.search(pattern)
    if found is None:
        yield pattern
        return
    for choice in found[1].split("|"):
        yield from expand(pattern[: found.start()] + choice + pattern[found.end() :])


def _row(code: str, place: str, agency_id: str, subject: str, action: Action) -> dict[str, str | int]:
    drawn = zlib.crc32(code.encode())
    online = drawn % 100 < action.online
    return {
        "code": code,
        "title_fa": action.title.format(subject),
        "agency_id": agency_id,
        "unit_id": place if place != agency_id else "",
        "documents": ";".join(action.documents),
        "duration": action.duration[drawn // 100 % len(action.duration)],
        "cost_rials": action.cost[drawn // 1000 % len(action.cost)],
        "steps": ";".join(action.steps),
        "online": "yes" if online else "no",
        # .example never leads anywhere: the demo's links must not reach a real agency.
        "url": f"https://{agency_id}.example/services/{code}" if online else "",
    }


if __name__ == "__main__":
    CATALOGUE.write_text(catalogue(), encoding="utf-8")

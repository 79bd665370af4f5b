"""`paygir roles`: who may do what, in each service."""

import importlib
from collections.abc import Iterator

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from deploy.embedded.broken import language
from deploy.embedded.places import ROOT
from shared.access.who import May
from shared.language import Text

EVERYBODY = Text(fa="همه", en="everybody")
WIDTH_COLUMNS = 110
ROLES = {
    "head": Text(fa="رئیس دستگاه", en="head of the agency"),
    "deputy": Text(fa="معاون", en="deputy"),
    "unit-head": Text(fa="رئیس واحد", en="head of a unit"),
    "case-officer": Text(fa="کارشناس رسیدگی", en="case officer"),
    "head-of-public-relations": Text(fa="رئیس روابط عمومی", en="head of public relations"),
    "representative": Text(fa="نمایندهٔ حوزه", en="representative of a domain"),
    "secretary": Text(fa="دبیر", en="secretary"),
    "publisher": Text(fa="مسئول درج در سایت", en="publisher"),
    "member": Text(fa="عضو", en="member"),
    "inspector": Text(fa="بازرس", en="inspector"),
    "citizens-rights-secretary": Text(fa="دبیر حقوق شهروندی", en="citizens' rights secretary"),
    "governorate": Text(fa="استانداری", en="governorate"),
    "central-secretariat": Text(fa="دبیرخانهٔ مرکزی", en="central secretariat"),
    "social-director": Text(fa="مدیرکل امور اجتماعی", en="social director"),
}
"""What each role is called, by its code."""


def roles() -> None:
    """Print every service's access table, read from its code."""
    console = Console(width=WIDTH_COLUMNS)
    spoken = language()
    for service, permissions in access_tables():
        table = Table(
            Text(fa="کار", en="action").in_(spoken), box=SIMPLE, title=service, title_justify="left"
        )
        table.add_column(Text(fa="یعنی", en="means").in_(spoken))
        table.add_column(Text(fa="نقش‌ها", en="roles").in_(spoken), overflow="fold")
        for may in permissions:
            table.add_row(may.name, may.says.in_(spoken), _who(may, spoken))
        console.print(table)


def _who(may: May, spoken: str) -> str:
    if may.to_all:
        return EVERYBODY.in_(spoken)
    return Text(fa="، ", en=", ").in_(spoken).join(ROLES[role].in_(spoken) for role in sorted(may.roles))


def access_tables() -> Iterator[tuple[str, list[May]]]:
    """Each service that has an `access.py`, with all that can be done there."""
    for path in sorted((ROOT / "services").glob("*/access.py")):
        service = path.parent.name
        table = importlib.import_module(f"services.{service}.access")
        yield service, [value for value in vars(table).values() if isinstance(value, May)]

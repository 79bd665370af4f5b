"""The programs that docs/subscribing.md prints."""

import re
from collections.abc import Sequence

from deploy.embedded.places import ROOT


def printed_programs() -> Sequence[str]:
    """The receiver of webhooks, and the consumer of Kafka."""
    page = (ROOT / "docs" / "subscribing.md").read_text()
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)

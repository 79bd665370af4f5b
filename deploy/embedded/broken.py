"""What a person is told when the stack can't go on: one sentence, never a traceback."""

import os

from shared.language import Text


def language() -> str:
    """PAYGIR_LANGUAGE, else the terminal's own language; only "fa" is not English."""
    asked = os.environ.get("PAYGIR_LANGUAGE") or os.environ.get("LANG", "")
    return "fa" if asked.startswith("fa") else "en"


class Broken(Exception):
    """The stack can't go on; `text` says why and what mends it, `detail` is a log's last lines."""

    def __init__(self, *, fa: str, en: str, detail: str = "") -> None:
        self.text = Text(fa=fa, en=en)
        self.detail = detail
        super().__init__(en + (f"\n{detail}" if detail else ""))

    def said(self) -> str:
        """The sentence in the reader's language, and the detail below it."""
        sentence = self.text.in_(language())
        return sentence + (f"\n{self.detail}" if self.detail else "")

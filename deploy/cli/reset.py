"""`paygir reset`: an empty data folder."""

import shutil
from typing import Annotated

import typer

from deploy.embedded import folder, places
from deploy.embedded.broken import language
from deploy.embedded.say import say

KEPT = frozenset({"jars", "lock"})  # Kafka's own files are the same again; the lock is being held


def reset(yes: Annotated[bool, typer.Option("--yes", help="Don't ask")] = False) -> None:
    """Delete all data of the embedded stack: documents, messages, keys, logs."""
    data = places.data_folder()
    question = f"همهٔ داده‌های {data} پاک شود؟" if language() == "fa" else f"Delete all data in {data}?"
    if not yes:
        typer.confirm(question, abort=True)
    with folder.held(data):
        for path in data.iterdir():
            if path.name in KEPT:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    say(fa="پاک شد.", en="Deleted.")

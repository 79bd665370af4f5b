"""`paygir doctor`: what is wrong on this machine, and the command that mends it."""

import typer

from deploy.embedded import doctor as examination
from deploy.embedded import places
from deploy.embedded.broken import language


def doctor() -> None:
    """Look at everything the stack needs; code 1 if something is wrong."""
    faults = 0
    for finding in examination.examine(places.data_folder()):
        faults += finding.mend is not None
        print(finding.line(language()))
    raise typer.Exit(min(faults, 1))

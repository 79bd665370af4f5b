"""The image's entry: runs a module, with the secrets it was given.

A file called PAYGIR_SOMETHING among the secrets becomes that setting. Set here and not by the engine, it
stands in no description of the container.
"""

import os
import runpy
import sys
from pathlib import Path

SECRETS = Path("/run/secrets")


def take_secrets(folder: Path) -> None:
    """Each such file's text becomes a setting, unless that is set already."""
    for file in sorted(folder.glob("PAYGIR_*")):
        os.environ.setdefault(file.name, file.read_text().strip())


def main() -> None:
    """`start.py services.complaints --role worker` is `python -m services.complaints --role worker`."""
    if not sys.argv[1:]:
        sys.exit("Name a module, such as: services.complaints --role api --port 8103")
    take_secrets(SECRETS)
    del sys.argv[0]
    sys.path[0] = str(Path.cwd())  # not this file's own folder
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

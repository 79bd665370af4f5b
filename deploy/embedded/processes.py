"""Starts programs that never outlive their launcher, and stops them."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.broken import Broken
from deploy.embedded.waiting import until

STOP_GRACE_S = 15.0
LOG_LINES_SHOWN = 15
CLEAN_CODES = frozenset({0, -signal.SIGTERM, 128 + signal.SIGTERM})
# The kernel sends TERM when the launching thread ends, kill -9 included; the shell closes the gap
# between fork and that promise. No preexec_fn: forking Python beside running threads can hang.
_TIED = ("setpriv", "--pdeathsig", "TERM", "sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"')


@dataclass(frozen=True, slots=True)
class Running:
    """One started program."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def ended(self) -> bool:
        """Whether it has ended, of itself or not."""
        return self.process.poll() is not None

    def last_lines(self) -> str:
        """What its log says at the end."""
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES_SHOWN:])

    def death(self) -> Broken:
        """Why everything stops: this one ended by itself."""
        code = self.process.poll()
        return Broken(
            fa=f"{self.name} خودبه‌خود پایان یافت (کد {code}). پایان {self.log}:",
            en=f"{self.name} ended by itself (code {code}). The end of {self.log}:",
            detail=self.last_lines(),
        )

    async def wait_until(self, ready: Callable[[], Awaitable[bool]], *, patience_s: float = 90) -> None:
        """Ask until it is ready.

        Raises:
            Broken: It ended meanwhile, or `patience_s` seconds went by.
        """
        try:
            async with asyncio.timeout(patience_s):
                while not await ready():
                    if self.ended():
                        raise self.death()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise Broken(
                fa=f"{self.name} پس از {patience_s:g} ثانیه آماده نشد. پایان {self.log}:",
                en=f"{self.name} was not ready after {patience_s:g} s. The end of {self.log}:",
                detail=self.last_lines(),
            ) from None

    async def stop(self, *, grace_s: float = STOP_GRACE_S) -> None:
        """TERM, and KILL for its whole process group when `grace_s` seconds were not enough."""
        if not self.ended():
            self.process.terminate()
            try:
                async with asyncio.timeout(grace_s):
                    await until(self.ended, every_s=0.05)
            except TimeoutError:
                os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()


class Processes:
    """The programs one launcher started, in the order of their start."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[Running] = []

    def spawn(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Running:
        """Start a program, its output in `logs/name.log`; its life is tied to this *thread*."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.before"))
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*_TIED, str(os.getpid()), *(str(word) for word in command)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=env,
                cwd=cwd,
                process_group=0,  # Ctrl-C reaches only the launcher, which stops them in order
            )
        running = Running(name=name, process=process, log=log)
        self._running.append(running)
        return running

    def first_ended(self) -> Running | None:
        """One that has ended by itself, if any."""
        return next((one for one in self._running if one.ended()), None)

    async def stop(self, one: Running) -> None:
        """Stop one and forget it."""
        self._running.remove(one)
        await one.stop()

    async def stop_all(self, *, grace_s: float = STOP_GRACE_S) -> None:
        """Stop all at once, and wait until the last has ended."""
        stopping, self._running = self._running, []
        await asyncio.gather(*(one.stop(grace_s=grace_s) for one in stopping))

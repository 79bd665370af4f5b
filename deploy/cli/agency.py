"""`paygir agency`: an agency joins by its file, over HTTP, let in by somebody of the governorate."""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from deploy.cli.token import token_of
from deploy.demo.directory import directory_settings
from deploy.demo.read import AgencyFile, Unreadable, located, read_agency_file
from deploy.embedded import environment, places, ports
from deploy.embedded.broken import Broken, language
from deploy.embedded.say import say
from services.directory.domain.agency import Agency, Around, Structure
from services.directory.domain.figures import FigureForm, lawful
from services.directory.domain.forms import CommitteeForm, ProvinceForm
from shared.calendar.calendar_data import CalendarData
from shared.clock import wall_now
from shared.events.directory import PROVINCE, Name, Post, Unit
from shared.figures import ADAPTABLE
from shared.rule import Invalid, Refused

app = typer.Typer(no_args_is_help=True, help="Let an agency join the province.")
GOVERNOR = "governorate.inspection.head"
PATIENCE_S = 30.0
NOT_FOUND = 404


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="The agency in full, as YAML or JSON")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is wrong with it")] = False,
    directory: Annotated[str | None, typer.Option(help="The directory's address, if not here")] = None,
    post: Annotated[str, typer.Option(help="Who asks, where PAYGIR_TOKEN doesn't say it")] = GOVERNOR,
) -> None:
    """Let an agency join, with a calendar and figures of its own where the file has them."""
    address = directory or f"http://{ports.HOST}:{ports.SERVICES['directory'] + ports.offset()}"
    try:
        asyncio.run(_add(file, address, None if dry_run else post))
    except Unreadable as wrong:
        raise Broken(
            fa=f"{file.name} ایراد دارد و چیزی تغییر نکرد.",
            en=f"{file.name} has faults, and nothing was changed.",
            detail="\n".join(problem.in_(language()) for problem in wrong.problems),
        ) from None


@dataclass(frozen=True, slots=True)
class _Directory:
    """The running directory; its problems come as one sentence."""

    http: httpx.AsyncClient
    file: Path

    async def get(self, path: str) -> Any:  # noqa: ANN401 - whatever JSON has
        """What is there; None for nothing."""
        answer = await self.http.get(path)
        return None if answer.status_code == NOT_FOUND else self._good(answer)

    async def send(self, method: str, path: str, body: Any, *, under: str = "") -> None:  # noqa: ANN401
        """The same again is no second one. `under` is where in the file the body stands."""
        key = hashlib.sha256(self.file.read_bytes()).hexdigest()
        answer = await self.http.request(method, path, json=body, headers={"idempotency-key": key})
        self._good(answer, under)

    def _good(self, answer: httpx.Response, under: str = "") -> Any:  # noqa: ANN401 - whatever JSON has
        if answer.is_success:
            return answer.json()
        problem: dict[str, Any] = answer.json()
        errors: list[dict[str, str]] = problem.get("errors", [])
        places = [(under + one["pointer"], one["detail"]) for one in errors if "pointer" in one]
        if places:
            raise Unreadable(located(self.file, places))
        said = f"{problem.get('detail') or problem['title']} {problem.get('clause') or ''}".strip()
        raise Broken(
            fa=f"سامانه نپذیرفت ({answer.status_code}): {said}",
            en=f"The directory refused it ({answer.status_code}): {said}",
        )


async def _add(path: Path, address: str, post: str | None) -> None:
    """As whoever acts for the post; for nobody's it is tried only."""
    async with _opened(address, path, post) as directory:
        around = await _around(directory)
        file = read_agency_file(path, around)
        figures = await _missing_figures(directory, file)
        _must_be_lawful(file, figures, around, path)
        joins = not await _has_joined(directory, file)
        sets = file.calendar is not None and file.calendar != await _calendar(directory, file.id)
        if post is not None and joins:
            await directory.send("POST", "/v1/agencies", file.form())
        if post is not None and sets and file.calendar is not None:
            body = file.calendar.model_dump(mode="json")
            await directory.send("PUT", f"/v1/calendars/{file.id}", body, under="/calendar")
        for place, figure in figures.items() if post is not None else ():
            body = figure.model_dump(mode="json", exclude_none=True)
            await directory.send("POST", f"/v1/agencies/{file.id}/figures", body, under=place)
    _say(file, joins=joins, sets=sets or bool(figures), tried=post is None)


@asynccontextmanager
async def _opened(address: str, path: Path, post: str | None) -> AsyncGenerator[_Directory]:
    headers = {"accept-language": language()}
    if post is not None:
        headers["authorization"] = f"Bearer {os.environ.get('PAYGIR_TOKEN') or await _token(post)}"
    try:
        async with httpx.AsyncClient(
            base_url=address, headers=headers, timeout=PATIENCE_S, trust_env=False
        ) as http:
            yield _Directory(http, path)
    except httpx.TransportError as error:
        raise Broken(
            fa=f"سرویس directory در {address} پاسخ نمی‌دهد.",
            en=f"The directory at {address} does not answer.",
            detail=str(error)[:300],
        ) from error


async def _token(post: str) -> str:
    folder = places.data_folder()
    return await token_of(post, directory_settings(), idp=environment.idp_of(folder), folder=folder)


async def _around(directory: _Directory) -> Around:
    province = await directory.get("/v1/province")
    governorate = await directory.get(f"/v1/agencies/{PROVINCE}")
    if province is None or governorate is None:
        raise Broken(fa="هنوز استانی بنیاد نشده است.", en="No province has been founded yet.")
    posts = [Post.model_validate(one) for one in governorate["posts"]]
    counties = frozenset(one.id for one in ProvinceForm.model_validate(province).counties)
    return Around(posts={one.id: one for one in posts}, counties=counties)


async def _missing_figures(directory: _Directory, file: AgencyFile) -> dict[str, FigureForm]:
    """Those that aren't set yet, by their places in the file."""
    found: list[dict[str, Any]] = await directory.get(f"/v1/agencies/{file.id}/figures") or []
    known = {
        (one["figure"], own["value"], own["from_day"])
        for one in found
        for own in one["sets"]
        if not own["for_all"]
    }
    places = {f"/figures/{index}": figure for index, figure in enumerate(file.figures)}
    return {place: one for place, one in places.items() if _as_kept(one) not in known}


def _as_kept(form: FigureForm) -> tuple[str, str, str]:
    value, adaptable = form.value, ADAPTABLE.get(form.figure)
    with suppress(ValueError):  # what is no figure is told when it is checked
        value = adaptable.rule.write(adaptable.rule.read_own(value)) if adaptable else value
    return form.figure, value, form.from_day.isoformat()


def _must_be_lawful(file: AgencyFile, figures: Mapping[str, FigureForm], around: Around, path: Path) -> None:
    """What no line shows: whether the chart is whole (PORTAL-2-5), whether figures may be so (RIGHTS-G9)."""
    now = wall_now()
    tries: dict[str, Callable[[], object]] = {"": lambda: Agency.join(file, around, now)}
    for place, form in figures.items():
        tries[place] = lambda form=form: lawful(form, province=(), own=(), by_province=True, now=now)
    wrong = [one for place, attempt in tries.items() for one in _faults(place, attempt)]
    if wrong:
        raise Unreadable(located(path, wrong))


def _faults(place: str, attempt: Callable[[], object]) -> Iterator[tuple[str, str]]:
    try:
        attempt()
    except Refused as refusal:
        yield place, f"{refusal.detail.in_(language())} ({refusal.rule.clause})"
    except Invalid as invalid:
        yield from [(place + pointer, why.in_(language())) for pointer, why in invalid.places]


async def _has_joined(directory: _Directory, file: AgencyFile) -> bool:
    """Whether it is there with this chart; raises Broken for another: that is for its head to restate."""
    found = await directory.get(f"/v1/agencies/{file.id}")
    if found is None:
        return False
    there = Structure(
        name=Name.model_validate(found["name"]),
        units=tuple(Unit.model_validate(one) for one in found["units"]),
        posts=tuple(Post.model_validate(one) for one in found["posts"]),
        committees=tuple(CommitteeForm.model_validate(one) for one in found["committees"]),
    )
    if there != Structure.of(file):
        raise Broken(
            fa=f"«{file.id}» پیش‌تر با نموداری دیگر پیوسته است؛ این فرمان آن را تغییر نمی‌دهد.",
            en=f"{file.id} has joined with another chart, which this command does not change.",
        )
    return True


async def _calendar(directory: _Directory, agency_id: str) -> CalendarData | None:
    found = await directory.get(f"/v1/calendars/{agency_id}")
    return None if found is None else CalendarData.model_validate(found)


def _say(file: AgencyFile, *, joins: bool, sets: bool, tried: bool) -> None:
    fa, en = file.name.fa, file.name.en
    if not (joins or sets):
        say(fa=f"«{fa}» پیش‌تر پیوسته است؛ تغییری نیست.", en=f"{en} has joined already; nothing changes.")
    elif tried:
        say(fa="فایل ایرادی ندارد. چیزی تغییر نکرد.", en="The file has no fault. Nothing was changed.")
    elif joins:
        say(fa=f"«{fa}» پیوست.", en=f"{en} joined.")
    else:
        say(fa=f"آنچه از «{fa}» مانده بود انجام شد.", en=f"What was left of {en} is done.")

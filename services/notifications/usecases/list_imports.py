"""A file of people for a list: looked at as a whole, then taken in piece by piece, each row once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from services.notifications.domain.contact_list import Entry, ListKind
from services.notifications.domain.list_import import (
    PIECE_ROWS,
    EntryForm,
    ListImport,
    disagreements,
)
from services.notifications.usecases import contact_lists
from services.notifications.usecases.use import CLOCK, Use
from shared.access.who import Who
from shared.identity import new_id
from shared.keys.keeper import OpenKey
from shared.keys.person import Why
from shared.observe.logs import log
from shared.store.history import Act
from shared.store.repository import NotFound
from shared.tables import RowProblem, Table, read_forms

_LOG = log(__name__)
ENTRIES = TypeAdapter(list[Entry])
PIECES_AT_ONCE = 10
"""Sealed and kept together, taken in before it is another file's turn."""
TAKEN_WITHIN = timedelta(days=7)
"""As long as its pieces are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What was begun, or would be. With problems nothing was."""

    rows: int = 0
    problems: tuple[RowProblem, ...] = ()
    file: ListImport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How far a file is taken in: how many rows, and how many of them put somebody new on the list."""

    file: ListImport
    rows_done: int
    added: int


async def begin(use: Use, who: Who, list_id: str, table: Table, *, dry_run: bool) -> Begun:
    """Take a file in; not at all while any row is wrong. The same file again puts nobody on twice."""
    list_, post = await contact_lists.one(use, who, list_id)
    list_.must_be_open()
    now = use.clock.now()
    entries, problems = await asyncio.to_thread(_read, table, list_.kind, now)
    if problems or dry_run or not entries:
        return Begun(rows=len(entries), problems=tuple(problems))
    id_, pieces = new_id(), 0
    key = await use.senders.of_number(who.agency_id, f"list import {id_}", now, kept=TAKEN_WITHIN)
    for start in range(0, len(entries), PIECE_ROWS * PIECES_AT_ONCE):
        some = entries[start : start + PIECE_ROWS * PIECES_AT_ONCE]
        sealed = await asyncio.to_thread(_sealed, key, some, id_)
        await use.many.pieces.keep(id_, pieces, sealed, use.real_now())
        pieces += len(sealed)
    begun = ListImport(
        id=id_,
        agency_id=who.agency_id,
        list_id=list_id,
        post_id=post.id,
        key_id=key.contact_id,
        rows=len(entries),
        pieces=pieces,
        begun_at=now,
        work_at=now,
    )
    saved = await use.many.imports.add(Act(name="begin", by=who.named(post), at=now), (begun, []))
    use.many.file_came.set()
    return Begun(rows=len(entries), file=saved.state)


async def course(use: Use, who: Who, list_id: str, id_: str) -> Course:
    """How far a file of this list is."""
    await contact_lists.one(use, who, list_id)
    file = (await use.many.imports.get(who.agency_id, id_)).state
    if file.list_id != list_id:
        raise NotFound(id_)
    done = min(file.pieces_done * PIECE_ROWS, file.rows)
    return Course(file=file, rows_done=done, added=await use.many.on_lists.of_import(id_))


async def take_in_all(use: Use) -> None:
    """All files that there are, some of each in turn. One that can't go on keeps no other from its turn."""
    is_any_left = True
    while is_any_left:
        is_any_left = False
        async for id_ in use.many.imports.due("work_at", use.clock.now()):
            try:
                is_any_left |= await take_in(use, id_)
            except Exception as error:  # noqa: BLE001 - it comes again
                _LOG.warning("file can't be taken in", file=id_, error=type(error).__name__)


async def take_in(use: Use, id_: str) -> bool:
    """Some more of a file; whether any is left. Broken off, or by two at once, it is gone on with: a piece
    twice is once.
    """
    file = (await use.many.imports.load(id_)).state
    list_ = (await use.many.lists.get(file.agency_id, file.list_id)).state
    key = None
    if list_.is_closed:
        file = await _moved(use, file, "break-off", ListImport.end)
    for _ in range(PIECES_AT_ONCE):
        if file.ended_at is not None:
            break
        sealed = await use.many.pieces.of(id_, file.pieces_done)
        if sealed is not None:
            key = key or await use.senders.of_contact(file.agency_id, file.key_id)
            act = Act(name="put", by=f"import:{id_}", at=use.clock.now())
            entries = ENTRIES.validate_json(key.unseal(sealed, purpose=id_))
            await contact_lists.put_all(use, list_, entries, act, file.post_id, id_)
        file = await _moved(use, file, "take-in", lambda one, now, done=file.pieces_done: one.took(done, now))
    if file.ended_at is None:
        return True
    await use.many.pieces.drop(id_, file.pieces)
    await use.senders.erase(file.agency_id, file.key_id, Why.OVER, CLOCK, use.clock.now())
    return False


def _read(table: Table, kind: ListKind, now: datetime) -> tuple[list[Entry], list[RowProblem]]:
    """Who stands in the file, and all that is wrong with it, line by line."""
    forms = read_forms(table, EntryForm)
    problems = [*forms.problems, *disagreements(forms.rows, kind, now)]
    return [row.entry() for row in forms.rows.values()], sorted(problems, key=lambda one: one.line)


def _sealed(key: OpenKey, entries: Sequence[Entry], id_: str) -> list[str]:
    """In pieces."""
    return [
        key.seal(ENTRIES.dump_json([*entries[start : start + PIECE_ROWS]]).decode(), purpose=id_)
        for start in range(0, len(entries), PIECE_ROWS)
    ]


async def _moved(
    use: Use, file: ListImport, name: str, decide: Callable[[ListImport, datetime], ListImport]
) -> ListImport:
    now = use.clock.now()
    act = Act(name=name, by=CLOCK, at=now)
    return (await use.many.imports.change(None, file.id, act, lambda one: (decide(one, now), []))).state

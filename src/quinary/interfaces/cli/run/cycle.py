"""The command cycle: the loops on what changed, in one pass or as a service."""

from __future__ import annotations

import signal
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from quinary.errors import InputError
from quinary.interfaces.cli.shared.saying import say
from quinary.interfaces.cli.shared.session import DbOption, JsonOption, LatticeOption, Session, TableOption, TdbOption
from quinary.interfaces.cli.shared.viewing import show_older_rules
from quinary.wording import counted

__all__ = ["register"]

_ACTIONS: Final = ("status", "pause", "resume", "log", "retry")
_PASS_SECONDS: Final = 5.0
_SHOWN_FAILURES: Final = 20
_SHOWN_REASONS: Final = 20


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command(epilog="Example: quinary cycle --once --workers 4")(cycle)


def cycle(
    context: typer.Context,
    action: Annotated[
        str, typer.Argument(help="status, pause, resume, log or retry; nothing with --once, --watch.")
    ] = "",
    task: Annotated[str, typer.Argument(help="retry: only this task, such as validation.")] = "",
    item: Annotated[str, typer.Argument(help="retry: only this item of the task; see status.")] = "",
    once: Annotated[bool, typer.Option("--once", help="One pass over what changed.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Pass after pass, until Ctrl-C.")] = False,
    workers: Annotated[
        str, typer.Option(metavar="N|URL", help="Processes, or a Dask cluster: 4, dask:4, slurm:8, tcp://HOST:8786.")
    ] = "1",
    interval: Annotated[float, typer.Option(help="Seconds between two looks of --watch.")] = _PASS_SECONDS,
    budget: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Begin nothing after so many seconds.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="Begin at most so many materials, each counted once a loop.")
    ] = None,
    priority: Annotated[int | None, typer.Option(help="Leave what the policy wants less than this; 1 is most.")] = None,
    trace: Annotated[bool, typer.Option("--trace", help="log: with the tracebacks of what failed.")] = False,
    sheet: Annotated[Path | None, typer.Option(help="Also list what people should look up (.xlsx, .csv).")] = None,
    temperature: Annotated[
        float | None, typer.Option(help="Temperature of the equilibria, K; default: 1273, lower where that melts.")
    ] = None,
    tdb: TdbOption = None,
    lattice: LatticeOption = "bcc",
    table: TableOption = "ultera2023",
    db: DbOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the loops on what changed: fill predictions, validate candidates. A second run without a change does nothing.

    Any number of processes may do this at once. What fails is tried again later, and rests after five attempts until
    `cycle retry`; `cycle pause` holds all of them. A bug of a plug-in or of Quinary rests at once: `cycle log --trace`
    shows where it is.
    """
    from quinary.services.cycling import cycle_once, cycle_watch

    session = Session.of(context, db, as_json)
    _check(action, task, once=once, watch=watch)
    if trace and action != "log":
        raise InputError("--trace is for `quinary cycle log`")
    if action:
        _ask(session, action, (task, item), is_traced=trace)
        return
    how: dict[str, Any] = {
        "workers": workers, "budget": budget, "limit": limit, "priority": priority, "temperature": temperature, "tdb": tdb,
        "lattice": lattice, "table": table, "db": session.db,
    }  # fmt: skip
    with _terminable():
        if watch:
            document = cycle_watch(**how, interval=interval, hear=_hear)
        else:
            with session.progress() as progress:
                document = cycle_once(**how, sheet=sheet, progress=progress)
    session.answer(document, lambda: _show_all(session, document))
    if document["did_nothing"] and document["held"] and not watch:
        raise typer.Exit(1)  # there was something to do, and it could not be done


def _show_all(session: Session, document: dict[str, Any]) -> None:
    _show_report(session, document)
    show_older_rules(session, document)


def _check(action: str, task: str, *, once: bool, watch: bool) -> None:
    if action not in {"", *_ACTIONS} or (action == "" and once == watch) or (action and (once or watch)):
        choices = ["--once", "--watch", *_ACTIONS]
        raise InputError(f"say `quinary cycle --once`, `--watch` or `quinary cycle {'|'.join(_ACTIONS)}`", choices)
    if task and action != "retry":
        raise InputError(f"`quinary cycle {action}` takes no further word; {task!r} is one too many")


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does: what is in hand is given back before the program ends."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _hear(event: dict[str, Any]) -> None:
    """A line on stderr, also with --json."""
    say(_line(event), err=True)


def _ask(session: Session, action: str, what: tuple[str, str], *, is_traced: bool) -> None:
    from quinary.services.cycling import cycle_log, cycle_pause, cycle_resume, cycle_retry, cycle_status

    if action == "status":
        document = cycle_status(db=session.db)
        session.answer(document, lambda: _show_status(session, document))
    elif action == "log":
        document = cycle_log(trace=is_traced, db=session.db)
        session.answer(document, lambda: _show_log(session, document))
    elif action == "retry":
        document = cycle_retry(*what, db=session.db)
        session.answer(document, lambda: session.say(f"{document['retried']} failed pieces of work are due again"))
    else:
        document = cycle_pause(db=session.db) if action == "pause" else cycle_resume(db=session.db)
        said = "the cycle is paused" if document["paused"] else "the cycle goes on"
        session.answer(document, lambda: session.say(said))


def _line(event: dict[str, Any]) -> str:
    line = f"{event['at']}  {event['kind']:<10}  {event['text']}  ({event['worker']})"
    return f"{line}\n{textwrap.indent(event['trace'].rstrip(), '    ')}" if event.get("trace") else line


def _show_report(session: Session, document: dict[str, Any]) -> None:
    rows = [
        [loop["loop"], loop["materials"], loop["added"], loop["failed"], loop["not_possible"], loop["seconds"]]
        for loop in document["loops"]
    ]
    session.table("", ["loop", "materials", "points added", "failed", "not possible", "seconds"], rows)
    if any(loop["not_possible"] for loop in document["loops"]):
        session.say("not possible: no plug-in covers the material; `quinary cycle log` says which and why")
    if any(loop["failed"] for loop in document["loops"]):
        session.say("failed: `quinary cycle log` says what and why")
    _show_bugs(session, document["bugs"])
    if held := document["held"]:
        others = "another process" if len(held["by"]) == 1 else f"{len(held['by'])} other processes"
        session.say(
            f"{counted(held['materials'], 'material')} {'is' if held['materials'] == 1 else 'are'} held by {others} "
            f"({', '.join(held['by'])}), until {held['until']} if it does not go on"
        )
    if (left := document["waiting"] - (held["materials"] if held else 0)) > 0:
        session.say(f"{counted(left, 'material')} still wait: beyond the budget, or to be tried later")
    session.say(
        f"{document['literature_voids']} values wait to be looked up by people (quinary voids --sheet wanted.xlsx)"
    )


def _show_bugs(session: Session, bugs: list[str]) -> None:
    """Whose mistake each is, and how to have it mended."""
    for bug in bugs[:_SHOWN_FAILURES]:
        session.say(bug)
    if len(bugs) > _SHOWN_FAILURES:
        session.say(f"and {len(bugs) - _SHOWN_FAILURES} more; --json lists all")
    if bugs:
        session.say(
            "a bug says nothing of the materials: their work rests until it is mended and `quinary cycle retry` is given; "
            "report it with what `quinary cycle log --trace` shows and the versions named here"
        )


def _show_log(session: Session, document: dict[str, Any]) -> None:
    session.say("\n".join(_line(event) for event in document["events"]))
    rows = [
        [entry["loop"], ", ".join(entry["properties"]), entry["materials"], f"{entry['plugin']}: {entry['reason']}"]
        for entry in document["not_possible"]
    ]
    if rows:
        total = sum(entry["values"] for entry in document["not_possible"])
        title = f"{counted(total, 'wanted value')} not possible, nothing to retry"
        session.table(title, ["loop", "property", "materials", "why"], rows[:_SHOWN_REASONS])
    if len(rows) > _SHOWN_REASONS:
        session.say(f"and {counted(len(rows) - _SHOWN_REASONS, 'more reason')}; --json lists all")


def _show_status(session: Session, document: dict[str, Any]) -> None:
    counts = ", ".join(f"{n} for {loop}" for loop, n in document["waiting"].items())
    session.say(f"change counter {document['counter']}; materials waiting: {counts}")
    if document["paused"]:
        session.say(f"paused since {document['paused']['since']} by {document['paused']['by']}")
    if rows := document["claims"]:
        session.table("in hand", list(rows[0]), [list(row.values()) for row in rows])
    _show_failures(session, document["failures"])
    for event in document["events"][-5:]:
        session.say(_line(event))


def _show_failures(session: Session, failures: list[dict[str, Any]]) -> None:
    for entry in failures[:_SHOWN_FAILURES]:
        how = "met a bug" if entry["is_bug"] else "failed"
        session.say(
            f"{how}: {entry['what']} ({entry['task']} {entry['item']}), "
            f"tried {entry['attempts']} of {entry['attempts_allowed']} times\n"
            f"  why: {entry['reason']}\n  next: {entry['next']}; at once with `{entry['command']}`"
        )
    if len(failures) > _SHOWN_FAILURES:
        session.say(f"and {len(failures) - _SHOWN_FAILURES} more; --json lists all")
    if failures:
        session.say(f"{len(failures)} pieces of work failed; `quinary cycle retry` makes all of them due at once")

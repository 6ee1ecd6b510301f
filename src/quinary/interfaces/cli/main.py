"""The command `quinary`: assembles the commands, runs one, and turns errors into one line and an exit status."""

from __future__ import annotations

import copy
import functools
import logging
import os
import platform
import sys
from collections.abc import Sequence
from typing import Any, Final

import typer
from typer.exceptions import TyperException
from typer.main import get_command
from typer.models import CommandInfo

from quinary.errors import BugError, ImpossibleRequestError, QuinaryError
from quinary.interfaces.cli.data import (
    checking,
    comparing,
    data_sets,
    exchange,
    importing,
    lab,
    properties,
    sources,
    undoing,
    voids,
)
from quinary.interfaces.cli.design import compute, design, screen, steer
from quinary.interfaces.cli.models import clusters, explain, learn, models
from quinary.interfaces.cli.run import cycle, dft, efa, phases, plugin_list, reproduce, study, tdb
from quinary.interfaces.cli.shared.logging_options import LogFileOption, LoggingCommand, VerboseOption, start_as_told
from quinary.interfaces.cli.shared.saying import say, say_json
from quinary.interfaces.cli.shared.session import DbOption, JsonOption, Session
from quinary.logs import current, stop
from quinary.outgoing import told, visible

__all__ = ["app", "main"]

_LOG: Final = logging.getLogger(__name__)
_TAKE_A_VALUE: Final = ("--db", "--log-file")  # of the options that may stand before the command
_ASK_FOR_HELP: Final = ("-h", "--help")  # before the command: of all commands
_INTERRUPTED: Final = 130  # the exit status that shells give to a program stopped with Ctrl-C

app = typer.Typer(
    name="quinary",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (
    study,
    importing,
    undoing,
    voids,
    sources,
    data_sets,
    exchange,
    checking,
    comparing,
    cycle,
    compute,
    efa,
    dft,
    lab,
    learn,
    explain,
    clusters,
    models,
    phases,
    tdb,
    design,
    steer,
    screen,
    reproduce,
    plugin_list,
    properties,
):
    module.register(app)
for command in app.registered_commands:
    command.cls = LoggingCommand


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        say(f"quinary {version('quinary')}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    db: DbOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,  # noqa: ARG001 - read by its callback, as the next
    log_file: LogFileOption = None,  # noqa: ARG001
    version: bool = typer.Option(  # noqa: ARG001 - read by its callback
        False, "--version", help="Show the version.", callback=_show_version, is_eager=True
    ),
) -> None:
    """Design high-entropy alloys and ceramics: keep what is known, fill what is missing, invent what is wanted.

    Start with [bold]quinary demo[/bold]. The options --db, --json, --verbose and --log-file
    may stand before or after the command.
    """
    context.obj = Session(db, as_json)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status: 0 done, 1 the work failed, 2 bad input, 130 interrupted.

    What nobody expected is a bug: it is told in one line, its traceback is in the log, and the exit status is 1.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _run(given, is_json="--json" in given)
    finally:
        stop()
    _leave(status)


def _run(given: list[str], *, is_json: bool) -> int:
    try:
        start_as_told()
        result = _program(_command_in(given)).main(given, prog_name="quinary", standalone_mode=False)
    except SystemExit as error:
        if not isinstance(error.__context__, BrokenPipeError):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0  # the reader of our output went away, as `head` does
    except (QuinaryError, TyperException, KeyboardInterrupt, typer.Abort, MemoryError, OSError) as error:
        _LOG.debug("ends with %s", type(error).__name__, exc_info=error)
        return _report(error, is_json=is_json)
    except Exception as error:  # noqa: BLE001 - the last place where a bug can be put into words
        _LOG.error("a bug, in Python %s on %s", platform.python_version(), platform.platform(), exc_info=error)
        return _report(error, is_json=is_json)
    if result == _INTERRUPTED:  # typer makes this of a KeyboardInterrupt
        return _report(KeyboardInterrupt(), is_json=is_json)
    return result if isinstance(result, int) else 0


def _name_of(command: CommandInfo) -> str:
    return str(command.name or getattr(command.callback, "__name__", ""))


def _command_in(given: Sequence[str]) -> str:
    """The command among the words, empty where none is to be seen for certain: what follows an option may be its value."""
    before = given[: next((place for place, word in enumerate(given) if word in _TAKE_A_VALUE), len(given))]
    known = {_name_of(command) for command in app.registered_commands}
    first = next((word for word in before if not word.startswith("-") or word in _ASK_FOR_HELP), "")
    return first if first in known else ""


@functools.cache
def _program(command: str) -> Any:
    """The program with one command alone, or with all where none is named: to build all takes a tenth of a second."""
    part = copy.copy(app)
    if command:
        part.registered_commands = [one for one in app.registered_commands if _name_of(one) == command]
    return get_command(part)


def _in_words(error: BaseException) -> tuple[str, str, Sequence[str], int]:
    """(kind, message, choices, exit status) of what went wrong."""
    if isinstance(error, QuinaryError) and not isinstance(error, BugError):
        return error.kind, error.message, error.choices, error.exit_status
    if isinstance(error, TyperException):
        return "input", " ".join(error.format_message().split()), (), 2
    if isinstance(error, MemoryError):
        return "work", "not enough memory for this step", (), 1
    if isinstance(error, OSError):
        return "work", _os_message(error), (), 1
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return "interrupted", "interrupted; what was committed is kept", (), _INTERRUPTED
    return "bug", _bug_message(error), (), 1


def _bug_message(error: BaseException) -> str:
    """Whose bug it is, what happened, and where the traceback is to be found."""
    from quinary.border import what_it_says
    from quinary.plugins import blamed

    places = current()
    where = "run again with --verbose for the traceback"
    if places:
        where = next((f"the traceback is in {place.file}" for place in places if place.file), "its traceback is above")
    if isinstance(error, BugError):
        return f"{error.message}; this is a bug in {blamed(error)}; {where}"
    return f"this is a bug in {blamed(error)}: {what_it_says(error)}; {where}"


def _report(error: BaseException, *, is_json: bool) -> int:
    """One clear line on stderr; with --json also one document on stdout."""
    kind, message, choices, status = _in_words(error)
    message = visible(told(message), one_line=True)
    say(f"quinary: {message}", err=True)
    if is_json:
        if isinstance(error, ImpossibleRequestError):
            body: dict[str, Any] = {"candidates": [], "impossible": error.evidence}
        else:
            body = {"error": {"kind": kind, "message": message, "choices": list(choices)}}
        say_json(body)
    return status


def _os_message(error: OSError) -> str:
    place = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{place}".lower()


def _leave(status: int) -> None:
    sys.stdout.flush()
    sys.exit(status)


if __name__ == "__main__":
    main()

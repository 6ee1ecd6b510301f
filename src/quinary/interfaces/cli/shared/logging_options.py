"""The options --verbose and --log-file, which every command takes, and the program before any command."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand
from typer.main import get_command

from quinary.errors import InputError
from quinary.logs import ENVIRONMENT, LogSettings, read_settings, start, tell_warnings_plainly

__all__ = ["LogFileOption", "LoggingCommand", "VerboseOption", "start_as_told"]

_LARGEST_COUNT: Final = 2**31 - 1


def start_as_told() -> None:
    """Write the log where the environment says.

    Raises:
        InputError: `QUINARY_LOG` cannot be read, or its file not opened.
    """
    tell_warnings_plainly()
    start(_told())


def _told() -> LogSettings:
    return read_settings(os.environ.get(ENVIRONMENT, ""))


def _tell_stderr(is_wanted: bool) -> bool:
    if is_wanted:
        start(LogSettings(_told().level, to_stderr=True))
    return is_wanted


def _tell_file(path: Path | None) -> Path | None:
    if path is not None:
        start(LogSettings(_told().level, path))
    return path


VerboseOption = Annotated[
    bool,
    typer.Option(
        "--verbose", help="Say on stderr what is done, and show the traceback of a bug.", callback=_tell_stderr
    ),
]
LogFileOption = Annotated[
    Path | None,
    typer.Option(
        "--log-file", metavar="FILE", help="Append to this file all that a fault is found by.", callback=_tell_file
    ),
]


@functools.cache
def _shared() -> tuple[Any, ...]:
    """The two options as parameters of a command, which keep what they read to themselves."""
    carrier = typer.Typer(add_completion=False)

    @carrier.command(add_help_option=False)
    def _options(verbose: VerboseOption = False, log_file: LogFileOption = None) -> None:
        """The callbacks of the options do it all."""

    parameters = tuple(get_command(carrier).params)
    for parameter in parameters:
        parameter.expose_value = False
    return parameters


class LoggingCommand(TyperCommand):
    """A command that takes the options of the log besides its own; its function never sees them.

    Whole numbers of all its options are counts, or seeds: none is negative, none beyond what 32 bits hold.
    """

    def __init__(self, name: str | None, *, params: list[Any] | None = None, **told: Any) -> None:
        super().__init__(name, params=[*(params or []), *_shared()], **told)

    def invoke(self, ctx: Any) -> Any:
        """Run the command.

        Raises:
            InputError: a count is negative, or larger than anybody could mean.
        """
        for name, value in ctx.params.items():
            if isinstance(value, int) and not 0 <= value <= _LARGEST_COUNT:
                option = f"--{name.replace('_', '-')}"
                raise InputError(f"{option} {value} is not a number from 0 to {_LARGEST_COUNT:,}")
        return super().invoke(ctx)

"""The log of the program: where it is written, and how a line looks. Modules log with `logging.getLogger(__name__)`.

Importing Quinary configures nothing. In a program of one's own, configure the logger `quinary` as any other; the command
line calls `start` and `stop`.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from quinary.errors import InputError
from quinary.outgoing import visible, without_passwords

__all__ = [
    "ENVIRONMENT",
    "LEVELS",
    "LogSettings",
    "current",
    "read_settings",
    "start",
    "start_as",
    "stop",
    "tell_warnings_plainly",
    "traceback_of",
]

ENVIRONMENT: Final = "QUINARY_LOG"
LEVELS: Final = ("debug", "info", "warning", "error")
_LONGEST: Final = 20_000  # characters of a traceback that are kept: a chain of deep calls can have millions


@dataclass(frozen=True, slots=True)
class LogSettings:
    """Where lines of which level and above go: to a file, to stderr, both, or nowhere."""

    level: str = ""
    file: Path | None = None
    to_stderr: bool = False


def read_settings(text: str) -> LogSettings:
    """The settings that `QUINARY_LOG` names: `LEVEL` (to stderr) or `LEVEL:FILE`; nothing for an empty text.

    Raises:
        InputError: the text is neither.
    """
    if not text:
        return LogSettings()
    level, _, file = text.partition(":")
    if level.lower() not in LEVELS:
        raise InputError(
            f"cannot read {ENVIRONMENT}={text!r}: write LEVEL or LEVEL:FILE, such as debug:run.log", LEVELS
        )
    return LogSettings(level.lower(), Path(file) if file else None, to_stderr=not file)


def start(settings: LogSettings) -> None:
    """Write the log where the settings say, in addition to where it is written already; the finer level holds.

    Without a level, a file takes everything and stderr what a person follows (`info`).

    Raises:
        InputError: the file cannot be opened.
    """
    if settings.file is not None:
        path = settings.file.absolute()
        known = _find(_FileHandler, str(path))
        _set(known or _open(path), settings.level or ("" if known else "debug"))
    if settings.to_stderr:
        known = _find(_StderrHandler)
        _set(known or _StderrHandler(), settings.level or ("" if known else "info"))


def stop() -> None:
    """End what `start` began: close the files, and leave the logger as it was."""
    logger = logging.getLogger("quinary")
    for handler in _ours():
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.NOTSET)


def current() -> tuple[LogSettings, ...]:
    """What another process must be told so that its lines go to the same places."""
    return tuple(
        LogSettings(logging.getLevelName(handler.level).lower(), _file_of(handler), _file_of(handler) is None)
        for handler in _ours()
    )


def start_as(told: Iterable[LogSettings]) -> None:
    """Write the log where another process does (`current`).

    Raises:
        InputError: a file cannot be opened.
    """
    for settings in told:
        start(settings)


def tell_warnings_plainly() -> None:
    """Let a warning that no log takes reach the terminal as everything else does; Python prints it as it is."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_PlainFormatter())


def traceback_of(error: BaseException) -> str:
    """The traceback as text, without passwords and what a terminal obeys; of a long one both ends."""
    text = visible(without_passwords("".join(traceback.format_exception(error))))
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]}\n[{len(text) - 2 * half} characters left out]\n{text[-half:]}"


class _Formatter(logging.Formatter):
    """`2026-01-31T12:00:00Z INFO 4711 quinary.loops.work.worker: ...`: one line a message, whatever was in it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        return visible(super().formatMessage(record), one_line=True)

    def format(self, record: logging.LogRecord) -> str:
        return visible(without_passwords(super().format(record)))


class _PlainFormatter(logging.Formatter):
    """The message alone."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(without_passwords(super().format(record)))


class _FileHandler(logging.FileHandler):
    """A log that cannot be written ends; the work goes on."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - the names are logging's
        sys.stderr.write(visible(f"quinary: the log {self.baseFilename} cannot be written; it ends here\n"))
        logging.getLogger("quinary").removeHandler(self)


class _StderrHandler(logging.StreamHandler):  # type: ignore[type-arg]
    """Whatever is `sys.stderr` at the moment: a progress bar takes its place for a while."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def _ours() -> list[logging.Handler]:
    handlers = logging.getLogger("quinary").handlers
    return [handler for handler in handlers if isinstance(handler, _FileHandler | _StderrHandler)]


def _find(kind: type[logging.Handler], file: str = "") -> logging.Handler | None:
    found = [entry for entry in _ours() if isinstance(entry, kind) and str(_file_of(entry) or "") == file]
    return found[0] if found else None


def _file_of(handler: logging.Handler) -> Path | None:
    return Path(handler.baseFilename) if isinstance(handler, _FileHandler) else None


def _open(path: Path) -> logging.Handler:
    try:
        return _FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write the log {path}: {(error.strerror or str(error)).lower()}") from error


def _set(handler: logging.Handler, level: str) -> None:
    logger = logging.getLogger("quinary")
    if level:
        handler.setLevel(level.upper())
    handler.setFormatter(_Formatter())
    if handler not in logger.handlers:
        logger.addHandler(handler)
    logger.setLevel(min(entry.level for entry in _ours()))

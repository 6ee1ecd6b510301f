"""Where the log goes, how its lines look, and that nothing is configured by importing."""

import io
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from quinary.errors import InputError
from quinary.logs import LogSettings, current, read_settings, start, stop, traceback_of
from quinary.outgoing import without_passwords

LOGGER = logging.getLogger("quinary.somewhere")


@pytest.fixture(autouse=True)
def stopped():
    yield
    stop()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", LogSettings()),
        ("debug", LogSettings("debug", to_stderr=True)),
        ("INFO", LogSettings("info", to_stderr=True)),
        ("warning:run.log", LogSettings("warning", Path("run.log"))),
        ("debug:/a:b/run.log", LogSettings("debug", Path("/a:b/run.log"))),
    ],
)
def test_the_environment_names_a_level_and_perhaps_a_file(text, expected):
    assert read_settings(text) == expected


@pytest.mark.parametrize("text", ["loud", "run.log", ":run.log", "10"])
def test_what_is_no_level_is_refused_with_those_there_are(text):
    with pytest.raises(InputError, match="LEVEL:FILE") as caught:
        read_settings(text)
    assert caught.value.choices == ("debug", "info", "warning", "error")


def test_importing_configures_nothing():
    code = (
        "import logging, warnings; before = list(warnings.filters); import quinary, quinary.logs\n"
        "logger = logging.getLogger('quinary')\n"
        "assert [type(entry).__name__ for entry in logger.handlers] == ['NullHandler'], logger.handlers\n"
        "assert (logger.level, logger.propagate, logging.getLogger().handlers) == (0, True, [])\n"
        "assert warnings.filters == before\n"
        "logging.getLogger('quinary.any').error('heard by nobody')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_file_takes_everything_and_stderr_what_a_person_follows(tmp_path, capsys):
    start(LogSettings(file=tmp_path / "run.log"))
    start(LogSettings(to_stderr=True))
    LOGGER.debug("small")
    LOGGER.info("large")
    kept = (tmp_path / "run.log").read_text().splitlines()
    assert [line.split("quinary.somewhere: ")[1] for line in kept] == ["small", "large"]
    assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()] == ["large"]


def test_a_file_is_appended_to_and_opened_once(tmp_path):
    for _ in range(2):
        start(LogSettings("info", tmp_path / "run.log"))
        start(LogSettings("", tmp_path / "run.log"))
        LOGGER.info("once")
        stop()
    assert len((tmp_path / "run.log").read_text().splitlines()) == 2


def test_stopping_leaves_the_logger_as_it_was(tmp_path):
    start(LogSettings("debug", tmp_path / "run.log", to_stderr=True))
    stop()
    logger = logging.getLogger("quinary")
    assert [type(entry) for entry in logger.handlers] == [logging.NullHandler]
    assert logger.level == logging.NOTSET
    assert current() == ()


def test_another_process_can_be_told_the_same(tmp_path):
    start(LogSettings("warning", tmp_path / "run.log", to_stderr=True))
    told = current()
    stop()
    for settings in told:
        start(settings)
    assert (
        set(current())
        == set(told)
        == {
            LogSettings("warning", tmp_path / "run.log"),
            LogSettings("warning", to_stderr=True),
        }
    )


def test_a_file_that_cannot_be_opened_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"^cannot write the log .*nowhere/run\.log: no such file"):
        start(LogSettings(file=tmp_path / "nowhere" / "run.log"))
    with pytest.raises(InputError, match="is a directory"):
        start(LogSettings(file=tmp_path))
    assert current() == ()


def test_a_log_that_can_no_longer_be_written_ends_and_the_work_goes_on(tmp_path, capsys):
    class Full(io.StringIO):
        def write(self, _text):
            raise OSError(28, "No space left on device")

    start(LogSettings("debug", tmp_path / "run.log"))
    (handler,) = [entry for entry in logging.getLogger("quinary").handlers if hasattr(entry, "baseFilename")]
    handler.close()
    handler.stream = Full()
    LOGGER.error("lost")
    LOGGER.error("lost, too")
    assert capsys.readouterr().err.count("cannot be written; it ends here") == 1


def test_a_message_is_one_line_whatever_is_in_it(tmp_path):
    start(LogSettings("debug", tmp_path / "run.log"))
    LOGGER.info("read %s", "Mo\nERROR 1 quinary: forged\x1b[2J\x9b")
    (line,) = (tmp_path / "run.log").read_text().splitlines()
    assert line.endswith(r"read Mo\x0aERROR 1 quinary: forged\x1b[2J\x9b")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("open postgresql://me:secret@host:5432/db now", "open postgresql://me:***@host:5432/db now"),
        ("postgresql+psycopg://me:s@c:r/e@host/db", "postgresql+psycopg://me:***@host/db"),
        ("postgresql:/me:secret@host/db", "postgresql:/me:***@host/db"),
        ("postgresql://host/db?user=me&password=secret&x=1", "postgresql://host/db?user=me&password=***&x=1"),
        ("sqlite:////home/me/alloys.db", "sqlite:////home/me/alloys.db"),
        ("at 12:30 me@example.org wrote", "at 12:30 me@example.org wrote"),
    ],
)
def test_passwords_are_never_shown(text, shown, tmp_path):
    assert without_passwords(text) == shown
    start(LogSettings("debug", tmp_path / "run.log"))
    try:
        raise ValueError(text)
    except ValueError as error:
        LOGGER.error("failed", exc_info=error)
        assert shown in traceback_of(error)
    assert shown in (tmp_path / "run.log").read_text()


def test_of_a_very_long_traceback_both_ends_are_kept():
    text = traceback_of(ValueError("a" * 30_000 + "the end"))
    assert len(text) < 20_100
    assert text.startswith("ValueError: aaa")
    assert "characters left out" in text
    assert text.rstrip().endswith("the end")

"""Letting pycalphad read a thermodynamic database: only what a set of elements needs, and nothing that cannot be computed."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from quinary.errors import InputError
from quinary.simulation.tdb_powers import endless_power
from quinary.simulation.thermodynamic_databases import ThermodynamicDatabase

if TYPE_CHECKING:
    from pycalphad import Database

__all__ = ["check_all_of", "parsed_database", "undefined_functions"]

_LOG: Final = logging.getLogger(__name__)


def parsed_database(database: ThermodynamicDatabase, elements: Iterable[str]) -> Database:
    """What a database says of these elements.

    Raises:
        InputError: it is not a valid TDB, or lacks functions that solution phases of the elements call.
    """
    wanted = tuple(elements)
    undefined = undefined_functions(database, wanted)
    if undefined:
        raise InputError(
            f"{database.label} is not a complete TDB: it calls {', '.join(undefined)} and never defines it"
        )
    return _parsed(database, tuple(element.upper() for element in wanted))


def check_all_of(database: ThermodynamicDatabase) -> None:
    """Let pycalphad read a whole file, for all elements that it covers: seconds.

    Functions that some alloys would need and the file lacks are no reason to refuse all of it (`undefined_functions`).

    Raises:
        InputError: it is not a valid TDB.
    """
    _parsed(database, tuple(sorted(element.upper() for element in database.elements)))


def undefined_functions(database: ThermodynamicDatabase, elements: Iterable[str]) -> tuple[str, ...]:
    """Functions that solution phases of these elements call and the file never defines: no equilibrium without them."""
    return tuple(sorted(database.text.undefined_functions(element.upper() for element in elements)))


@lru_cache(maxsize=4)
def _parsed(database: ThermodynamicDatabase, symbols: tuple[str, ...]) -> Database:
    content = database.text.restricted(symbols)
    endless = endless_power(content.splitlines())
    if endless is not None:
        raise InputError(f"{database.label} is not a valid TDB: nobody can compute the power in '{endless}'")

    from pycalphad import Database
    from pyparsing import ParseBaseException

    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()) as said:
            # Type definitions without a phase (and the reverse) are common in published files and harmless.
            warnings.filterwarnings("ignore", message="The type definition character", category=UserWarning)
            found = Database.from_string(content, fmt="tdb")
    except ParseBaseException as error:
        raise InputError(f"{database.label} is not a valid TDB: cannot read '{error.line.strip()[:80]}'") from error
    except SyntaxError as error:
        shown = (error.text or "").strip()[:80]
        raise InputError(f"{database.label} is not a valid TDB: cannot read '{shown}'") from error
    except (
        ArithmeticError,
        LookupError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:  # what evaluating nonsense raises
        raise InputError(f"{database.label} is not a valid TDB: {error}") from error
    if said.getvalue():  # pycalphad prints it, where an answer may be awaited
        _LOG.info("pycalphad says of %s: %s", database.label, " ".join(said.getvalue().split()))
    return found

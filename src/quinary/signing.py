"""Who does something: the name that is given, or configured, or that of the login."""

from __future__ import annotations

import getpass
import os
from typing import Final

__all__ = ["WHO_VARIABLE", "signed_by"]

WHO_VARIABLE: Final = "QUINARY_WHO"


def signed_by(who: str = "") -> str:
    """The name under which something is recorded: `who`, else `QUINARY_WHO`, else the login name; empty if there is none."""
    return who.strip() or os.environ.get(WHO_VARIABLE, "").strip() or _login()


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no user of that number, as in some containers
        return ""

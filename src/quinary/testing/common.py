"""What all checks share: members that a socket wants, and a test that says what is wrong."""

from __future__ import annotations

from typing import Any

from quinary.plugins import KINDS, missing_members

__all__ = ["check", "check_members"]


def check(is_right: bool, plugin: Any, what: str) -> None:
    """Say of a plug-in what is wrong.

    Raises:
        AssertionError: it is not right.
    """
    if not is_right:
        raise AssertionError(f"{getattr(plugin, 'name', type(plugin).__name__)}: {what}")


def check_members(plugin: Any, kind: str) -> None:
    """See that a plug-in says who it is and has every member of its socket.

    Args:
        plugin: to be checked.
        kind: `readers`, `searchers`, `descriptors`, `predictors`, `generators` or `validators`.

    Raises:
        AssertionError: it lacks a member, or its name is not in lower case.
    """
    missing = missing_members(plugin, kind)
    check(not missing, plugin, f"it lacks {', '.join(missing)} of {KINDS[kind].__name__}")
    check(plugin.name == plugin.name.strip().lower() != "", plugin, f"its name {plugin.name!r} is not in lower case")
    check(isinstance(plugin.version, str) and bool(plugin.version), plugin, "its version is no text")
    check(bool(type(plugin).__doc__), plugin, "it has no docstring; formula, units and source go there")
    if "source" in KINDS[kind].__annotations__:
        check(bool(plugin.source), plugin, "it names no source")

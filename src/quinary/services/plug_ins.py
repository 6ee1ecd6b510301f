"""The verb `plugins_list`: what there is of every kind."""

from __future__ import annotations

from typing import Any

from quinary.plugins import KINDS, plugins

__all__ = ["plugins_list"]


def plugins_list() -> dict[str, Any]:
    """List the plug-ins of every kind, with version and source.

    Returns:
        `plugins`, each with `kind`, `name`, `version` and `source`.
    """
    return {
        "plugins": [
            {"kind": kind, "name": name, "version": plugin.version, "source": getattr(plugin, "source", "")}
            for kind in KINDS
            for name, plugin in plugins(kind).items()
        ]
    }

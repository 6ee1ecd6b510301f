"""The properties that count: those of properties.toml, of installed packages, and of the store that is open.

What is built in stands in properties.toml; other packages and stores add their own. Which vocabulary counts is said by what
is in use: `in_use(owner)` for a block, an open store for as long as it is open. It holds for the thread (the context of
`contextvars`) that said so, so that two stores with other properties never mix; without any, the built-in properties and
those of installed packages count.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.resources import files
from typing import Final, Protocol

from quinary.errors import unknown_name
from quinary.points.property import BUILT_IN, Property, Vocabulary
from quinary.points.property_definitions import packaged_properties, properties_in_toml

__all__ = [
    "BUILT_IN", "Property", "Use", "Vocabulary", "VocabularyOwner", "begin_use", "built_in_vocabulary", "find_property",
    "in_use", "installed_vocabulary", "properties", "property_meant", "property_named", "vocabulary",
]  # fmt: skip


@functools.cache
def built_in_vocabulary() -> Vocabulary:
    """The properties of properties.toml."""
    text = (files("quinary.points") / "properties.toml").read_text(encoding="utf-8")
    return Vocabulary(properties_in_toml(text, BUILT_IN))


@functools.cache
def installed_vocabulary() -> Vocabulary:
    """The built-in properties and those that installed packages bring (see `quinary.points.property_definitions`)."""
    return built_in_vocabulary().extended(packaged_properties(built_in_vocabulary()))


# -- which vocabulary counts -------------------------------------------------------------------------------------------


class VocabularyOwner(Protocol):
    """What has a vocabulary, such as an open store; it may be another one later."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary that counts while this is in use."""
        ...


class Use:
    """The time for which the vocabulary of an owner counts. It may end in another thread than the one where it began.

    The owner is not kept alive: a store that nobody has any more speaks for nobody.
    """

    __slots__ = ("_owner", "is_over")

    def __init__(self, owner: VocabularyOwner) -> None:
        self._owner = weakref.ref(owner)
        self.is_over = False

    @property
    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary of the owner, None when the use is over."""
        owner = None if self.is_over else self._owner()
        return None if owner is None else owner.vocabulary

    def end(self) -> None:
        """Let the vocabulary count no more."""
        self.is_over = True
        _USES.set(tuple(use for use in _USES.get() if use.vocabulary is not None))


_USES: Final[ContextVar[tuple[Use, ...]]] = ContextVar("quinary_vocabulary", default=())  # the last one counts


def begin_use(owner: VocabularyOwner) -> Use:
    """Let the vocabulary of an owner count in this context, until the use ends or a later one begins."""
    use = Use(owner)
    _USES.set((*_USES.get(), use))
    return use


@contextmanager
def in_use(owner: VocabularyOwner) -> Iterator[None]:
    """The vocabulary of an owner counts in the block."""
    use = begin_use(owner)
    try:
        yield
    finally:
        use.end()


def vocabulary() -> Vocabulary:
    """The vocabulary that counts here and now."""
    for use in reversed(_USES.get()):
        found = use.vocabulary
        if found is not None:
            return found
    return installed_vocabulary()


def properties() -> Mapping[str, Property]:
    """All properties by name."""
    return vocabulary().entries


def property_named(name: str) -> Property:
    """The property with exactly this name.

    Raises:
        InputError: there is none; the message names the nearest ones.
    """
    known = properties()
    found = known.get(name)
    if found is None:
        raise unknown_name("property", name, known)
    return found


def property_meant(text: str) -> Property:
    """The property of this name, else the one that has it as an alias: `YS` is yield_strength.

    Raises:
        InputError: there is none; the message names the nearest ones.
    """
    return properties().get(text) or find_property(text) or property_named(text)


def find_property(text: str) -> Property | None:
    """The property that a paper or a column heading means by `text`, or None."""
    return vocabulary().find(text)

"""What formulas are made of: items, and the error that points at a place in one."""

from __future__ import annotations

from dataclasses import dataclass, field

from quinary.errors import InputError

__all__ = ["FormulaError", "Item"]


class FormulaError(InputError):
    """A formula that cannot be read; `position` is the 0-based place in `text`, also marked in the message."""

    def __init__(self, text: str, position: int, problem: str, choices: tuple[str, ...] = (), length: int = 1) -> None:
        self.text = text
        self.position = position
        marked = f"{text[:position]}>>{text[position : position + length]}<<{text[position + length :]}"
        super().__init__(f"cannot read formula {text!r}: {problem}, at {marked}", choices)


@dataclass(frozen=True, slots=True)
class Item:
    """One top-level part of a formula: an element or a bracketed group, with the amount behind it.

    `amounts` are the atoms inside one unit of the group ({"C": 1.0} for a bare element), `count` how many units;
    `is_counted` is False where no amount is written, which means 1.
    """

    amounts: tuple[tuple[str, float], ...]
    count: float
    is_group: bool
    is_counted: bool = field(default=True, compare=False)

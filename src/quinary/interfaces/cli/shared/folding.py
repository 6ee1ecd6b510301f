"""Folding text into narrow columns: between words, else where a name or a formula can be broken, never inside a number."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["folded", "longest_piece", "longest_word"]

# behind _ / + ; = | and a dash, behind a comma or a dot of a word, behind a bracket, and before the next element of a formula
_BREAK: Final = re.compile(
    r"(?<=[_/+;=|])(?=.)|(?<=[a-z]-)(?=[A-Za-z])|(?<=[a-z]\.)(?=\w)|(?<=,)(?=\D)|(?<=\))(?=[A-Z(])|(?<=[a-z0-9])(?=[A-Z])"
)


def longest_word(text: str) -> int:
    """The length of the longest word."""
    return max((len(word) for word in text.split()), default=1)


def longest_piece(text: str) -> int:
    """The length of the longest piece that cannot be broken."""
    return max((len(piece) for word in text.split() for piece in _pieces(word)), default=1)


def folded(text: str, width: int) -> str:
    """Text with line ends so that no line is longer than `width`; only what has no place to break is cut."""
    return "\n".join(line for paragraph in text.split("\n") for line in _lines(paragraph, max(width, 1)))


def _lines(paragraph: str, width: int) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        space = 1 if lines[-1] else 0
        if len(lines[-1]) + space + len(word) <= width:
            lines[-1] += " " * space + word
            continue
        if lines[-1]:
            lines.append("")
        for piece in _pieces(word):
            if lines[-1] and len(lines[-1]) + len(piece) > width:
                lines.append("")
            whole = max(0, len(piece) - 1) // width * width
            lines[-1:] = [
                *(piece[start : start + width] for start in range(0, whole, width)),
                lines[-1] + piece[whole:],
            ]
    return lines


def _pieces(word: str) -> list[str]:
    """`hardness_vickers` -> `hardness_`, `vickers`; `Hf19Nb20` -> `Hf19`, `Nb20`; `4.46` stays whole."""
    ends = [match.end() if match.group() else match.start() for match in _BREAK.finditer(word)]
    return [piece for start, end in zip([0, *ends], [*ends, len(word)], strict=True) if (piece := word[start:end])]

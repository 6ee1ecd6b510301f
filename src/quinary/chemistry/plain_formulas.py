"""Plain formulas, a few thousand at once: array operations on their joined bytes find symbols and amounts.

A plain formula is a sequence of element symbols, each with an optional decimal number behind it, spaces allowed between
them: `Al0.5CoCrFeNi`, `Fe 60 Ni 20 Cr 20`. Lines that are anything else are only marked, never interpreted.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from quinary.chemistry.formula_texts import LONGEST_FORMULA
from quinary.reference.elements import symbols

__all__ = ["PlainTokens", "element_codes", "plain_tokens"]

Places: TypeAlias = NDArray[np.int64]
Values: TypeAlias = NDArray[np.float64]
Words: TypeAlias = NDArray[np.uint64]

_OTHER, _UPPER, _LOWER, _DIGIT, _DOT, _SPACE, _NEWLINE = range(7)
_MOST_SPACES: Final = 8  # between a symbol and its amount; rather than ever more steps for one strange line
_LARGEST_AMOUNT: Final = 1e6  # that of the grammar
_WORD: Final = 8  # characters in a 64-bit word; a number that is longer, dot included, is left to float()
_EACH_BYTE: Final = np.uint64(0x0101010101010101)
# All bits of the last n characters of a word; the last character is the highest byte.
_LAST_BYTES: Final = np.array([(1 << 64) - (1 << (64 - 8 * n)) for n in range(_WORD + 1)], dtype=np.uint64)
_POWERS: Final = 10.0 ** np.arange(_WORD)  # exact, so that one division rounds as float() does


@dataclass(frozen=True, slots=True)
class PlainTokens:
    """Symbols and amounts of formulas in the order of the text; arrays of shape (n_tokens,).

    `rows` is the formula of each token, counted from zero, `codes` are those of `element_codes`, `is_counted` is False where
    no amount is written, which means 1. `is_odd`, shape
    (n_formulas,), is True for a formula that is not plain; what stands in the other arrays for it means nothing.
    """

    rows: Places
    codes: Places
    amounts: Values
    is_counted: NDArray[np.bool_]
    is_odd: NDArray[np.bool_]


@functools.cache
def element_codes() -> tuple[str, ...]:
    """The symbols of all elements, alphabetical: the place of a symbol is its code."""
    return tuple(sorted(symbols()))


@functools.cache
def _codes_by_letters() -> Places:
    """Code by the first letter (26) and the second one modulo 32 (0: there is none), -1 if there is no such element."""
    codes = np.full((26, 32), -1)
    for code, symbol in enumerate(element_codes()):
        codes[ord(symbol[0]) - ord("A"), ord(symbol[1]) & 31 if len(symbol) > 1 else 0] = code
    return codes


@functools.cache
def _kinds_of_bytes() -> NDArray[np.uint8]:
    kinds = np.full(256, _OTHER, dtype=np.uint8)
    kinds[ord("A") : ord("Z") + 1] = _UPPER
    kinds[ord("a") : ord("z") + 1] = _LOWER
    kinds[ord("0") : ord("9") + 1] = _DIGIT
    kinds[ord(".")], kinds[ord(" ")], kinds[ord("\n")] = _DOT, _SPACE, _NEWLINE
    return kinds


class _Text:
    """The bytes of formulas with a line break behind each and a word of them before the first; the kind of each byte.

    `ends` are the places of the breaks behind the formulas.
    """

    __slots__ = ("bytes", "ends", "is_odd", "kinds", "raw")

    def __init__(self, formulas: Sequence[str]) -> None:
        # A character outside ASCII becomes "?", which is no part of a plain formula.
        self.raw = ("\n" * _WORD + "\n".join((*formulas, ""))).encode("ascii", "replace")
        self.bytes = np.frombuffer(self.raw, dtype=np.uint8)
        self.kinds = _kinds_of_bytes().take(self.bytes)
        self.ends = np.flatnonzero(self.kinds == _NEWLINE)[_WORD:]
        self.is_odd = np.zeros(len(self.ends), dtype=bool)

    def words_before(self, places: Places) -> Words:
        """The eight characters before each place, the last one in the highest byte."""
        every = np.ndarray(len(self.raw) - _WORD + 1, dtype="<u8", buffer=self.raw, strides=(1,))
        return every[places - _WORD]

    def mark_odd(self, places: Places) -> None:
        """The lines that hold these places are not plain."""
        self.is_odd[np.searchsorted(self.ends, places)] = True


def plain_tokens(formulas: Sequence[str]) -> PlainTokens:
    """Symbols and amounts of all formulas that are plain."""
    text = _Text(formulas)
    if len(text.ends) != len(formulas):  # the grammar takes a line break for a space
        text = _Text([formula.replace("\n", " ") for formula in formulas])
    starts = np.flatnonzero(text.kinds == _UPPER)
    codes, behind = _symbols(text, starts)
    amounts, is_counted = _amounts(text, _without_spaces(text, behind))
    n_tokens = np.diff(np.searchsorted(starts, text.ends), prepend=0)
    n_characters = np.diff(text.ends, prepend=_WORD - 1) - 1
    text.is_odd |= (n_tokens == 0) | (n_characters > LONGEST_FORMULA)
    return PlainTokens(np.repeat(np.arange(len(formulas)), n_tokens), codes, amounts, is_counted, text.is_odd)


def _symbols(text: _Text, starts: Places) -> tuple[Places, Places]:
    """Element codes of the tokens, and the places behind their symbols."""
    following = starts + 1
    is_long = text.kinds[following] == _LOWER
    second = np.where(is_long, text.bytes[following] & 31, 0)
    codes = _codes_by_letters()[text.bytes[starts] - ord("A"), second]
    if codes.min(initial=0) < 0:
        text.mark_odd(starts[codes < 0])
    is_lower = text.kinds == _LOWER
    if np.count_nonzero(is_lower) != np.count_nonzero(is_long):
        text.mark_odd(np.setdiff1d(np.flatnonzero(is_lower), following[is_long]))
    is_other = text.kinds == _OTHER
    if is_other.any():
        text.mark_odd(np.flatnonzero(is_other))
    return codes, following + is_long


def _without_spaces(text: _Text, places: Places) -> Places:
    """The places moved behind the spaces that stand there."""
    for _ in range(_MOST_SPACES):
        is_space = text.kinds[places] == _SPACE
        if not is_space.any():
            break
        places = places + is_space
    return places


def _amounts(text: _Text, places: Places) -> tuple[Values, NDArray[np.bool_]]:
    """The number that begins at each place, 1 where none does, and where one does; a line with a number elsewhere is odd."""
    is_numeric = (text.kinds == _DIGIT) | (text.kinds == _DOT)
    edges = np.flatnonzero(is_numeric[1:] != is_numeric[:-1]) + 1
    begins, ends = edges[::2], edges[1::2]
    numbers = _numbers(text, begins, ends)
    is_counted = is_numeric[places]
    owners = np.flatnonzero(is_counted)
    amounts = np.ones(len(places))
    if owners.size != begins.size:
        is_owned = np.isin(begins, places[owners])
        text.mark_odd(begins[~is_owned])
        numbers = numbers[is_owned]
    amounts[owners] = numbers
    return amounts, is_counted


def _numbers(text: _Text, begins: Places, ends: Places) -> Values:
    """The decimal numbers that begin and end there, as float() reads them; a line with a malformed number is odd."""
    lengths = ends - begins
    words = text.words_before(ends) & _LAST_BYTES[np.minimum(lengths, _WORD)]
    is_dot = _bytes_equal(words, ord("."))
    n_dots = np.bitwise_count(is_dot)
    behind_dot = np.where(n_dots > 0, 0 - (is_dot << 1), 0)
    # The digits before the dot move up by one byte and take its place.
    before_dot = np.where(n_dots > 0, ((words & ((is_dot >> 7) - 1)) << 8), words)
    n_decimals = np.bitwise_count(behind_dot) >> 3
    values: Values = _whole_numbers((words & behind_dot) | before_dot) / _POWERS[n_decimals]
    is_wrong = (n_dots > 1) | (lengths == n_dots)
    for number in np.flatnonzero(lengths > _WORD):
        digits = text.raw[begins[number] : ends[number]]
        is_wrong[number] = digits.count(b".") > 1
        values[number] = 0.0 if is_wrong[number] else float(digits)
    is_wrong |= values >= _LARGEST_AMOUNT
    if is_wrong.any():
        text.mark_odd(begins[is_wrong])
    return values


def _bytes_equal(words: Words, byte: int) -> Words:
    """The highest bit of each byte of the words that has this value; for bytes below 128 that are not `byte` xor 1."""
    different = words ^ (_EACH_BYTE * np.uint64(byte))
    return (different - _EACH_BYTE) & ~different & (_EACH_BYTE << np.uint64(7))


def _whole_numbers(words: Words) -> Words:
    """The whole numbers of up to eight digits that the words spell, the last digit in the highest byte.

    Digits are joined in pairs, pairs in fours, fours in eights: three multiplications whatever the length.
    """
    digits = words & _EACH_BYTE * np.uint64(15)
    pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    fours = (pairs * np.uint64(100) + (pairs >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    return (fours * np.uint64(10_000) + (fours >> np.uint64(32))) & np.uint64(0xFFFFFFFF)

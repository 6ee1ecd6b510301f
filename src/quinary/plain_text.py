"""Text as people and programs write it -> the same text in plain characters, the same way for formulas, units and cells.

`plain_text` folds characters that look alike or mean the same: dashes, blanks, dots, degree signs, digits that are raised,
lowered or of full width, Cyrillic letters in Latin words. `without_markup` undoes HTML and TeX, `without_footnotes` the marks
of footnotes and citations, `with_points` the raised point in a number. Each leaves alone what it does not know.

It is NFKC (Unicode standard annex 15) with exceptions: NFKC writes `m²` as `m2`, the ordinal `º` of `ºC` as an o, and the
footnote of `TiZrᵃ` as one more letter, which makes radium of zirconium.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

__all__ = ["plain_text", "with_points", "without_footnotes", "without_markup"]

_RAISED_DIGITS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGIT_OF: Final = str.maketrans(f"{_RAISED_DIGITS}⁺⁻·⋅˙⸱⁄∕ᐟ", "0123456789+-....///")
_RAISED: Final = re.compile(f"[⁺⁻]?[{_RAISED_DIGITS}]+(?:[.·⋅˙⸱/⁄∕ᐟ][{_RAISED_DIGITS}]+)?")
_RAISED_DEGREE: Final = re.compile(r"⁰(?=\s*[CF](?![A-Za-z]))")
_FRACTION_AFTER_DIGIT: Final = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")  # 1½ is not 11/2
_CHARACTERS: Final = {
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－⁃"), "-"),
    **dict.fromkeys(map(ord, "º˚∘ᵒ◦"), "°"),
    **dict.fromkeys(map(ord, "⋅∙•‧・･⸱᛫"), "·"),
    **dict.fromkeys(map(ord, "⁄∕ᐟ⧸"), "/"),
    **dict.fromkeys(map(ord, "‘’‛ʼ′´"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″"), '"'),
    **dict.fromkeys(map(ord, "∼～〜˜"), "~"),
    **dict.fromkeys(map(ord, "✕✖⨯"), "×"),
    **dict.fromkeys(map(ord, "⩽≦"), "≤"),
    **dict.fromkeys(map(ord, "⩾≧"), "≥"),
    ord("ª"): "^a", ord("ϵ"): "ε", ord("ϕ"): "φ",
}  # fmt: skip
_LOOKALIKES: Final = str.maketrans("АВСЕНКМОРТХІЅасеорхуі", "ABCEHKMOPTXISaceopxyi")  # Cyrillic to Latin
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_LATIN: Final = re.compile("[A-Za-z]")


def plain_text(text: str) -> str:
    """The text in plain characters; `m²` becomes `m^2`, `x₂` becomes `x2`, `℃` becomes `°C`, `–` becomes `-`.

    Middle dots are all written `·`, whether they stand for a product or a point: `with_points` knows the latter.
    """
    if text.isascii():
        return text
    text = _RAISED_DEGREE.sub("°", text)
    text = _RAISED.sub(lambda raised: f"^{raised.group().translate(_DIGIT_OF)}", text)
    text = _FRACTION_AFTER_DIGIT.sub(" ", text)
    text = "".join(map(_plain_character, text.translate(_CHARACTERS)))
    return _in_latin(unicodedata.normalize("NFC", text).translate(_CHARACTERS))


def _plain_character(character: str) -> str:
    """One character as NFKC has it; what is raised keeps that, what cannot be seen goes."""
    if character.isascii():
        return character
    if unicodedata.category(character) == "Cf":  # of zero width, or of direction
        return ""
    folded = unicodedata.normalize("NFKC", character)
    is_raised = unicodedata.decomposition(character).startswith("<super>")
    return f"^{folded}" if is_raised and folded.isalpha() else folded


def _in_latin(text: str) -> str:
    """Cyrillic letters that cannot be told from Latin ones, in a text of Latin letters, as these."""
    if not _CYRILLIC.search(text) or not _LATIN.search(text):
        return text
    folded = text.translate(_LOOKALIKES)
    return text if _CYRILLIC.search(folded) else folded


_POINT_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)·(?=\d)")


def with_points(text: str) -> str:
    """A plain text with a point for the raised one of British print: `0·06` is 0.06."""
    return _POINT_BETWEEN_DIGITS.sub(".", text) if "·" in text else text


_TAG: Final = re.compile(r"</?(?:sub|i|b|em|strong|span|font|p|br)\b[^<>]{0,80}>", re.IGNORECASE)
_RAISED_TAG: Final = re.compile(r"<sup\b[^<>]{0,80}>|</sup\s*>", re.IGNORECASE)
_CIRCLE: Final = re.compile(r"\^?\s?\{?\s?\\circ\b\s?\}?")
_TEX: Final = (
    (re.compile(r"\\(?:mathrm|mathit|mathbf|text|textrm|ensuremath|operatorname)\s*\{([^{}]{0,400})\}"), r"\1"),
    (re.compile(r"\\sqrt\s*\{([^{}]{0,40})\}"), r"√(\1)"), (re.compile(r"\\rm\b\s*"), ""),
    (re.compile(r"\\deg(?:ree)?\b\s*"), "°"),
    (re.compile(r"\\(?:cdot|bullet)\b\s*"), "·"), (re.compile(r"\\times\b\s*"), "×"), (re.compile(r"\\pm\b\s*"), "±"),
    (re.compile(r"\\mu\b\s*"), "μ"), (re.compile(r"\\Omega\b\s*"), "Ω"), (re.compile(r"\\sigma\b\s*"), "σ"),
    (re.compile(r"\\sim\b\s*"), "~"), (re.compile(r"\\[,;:! ]"), " "), (re.compile(r"\\([%&#_$])"), r"\1"),
)  # fmt: skip
_TEX_SCRIPT: Final = re.compile(r"([_^])\s*\{([^{}]{0,80})\}")
_MATHS: Final = re.compile(r"\$([^$]{0,400})\$")
_TEX_SUBSCRIPT: Final = re.compile(r"_(?=[0-9A-Za-z.])")


def without_markup(text: str) -> str:
    """A text without the marks of HTML and TeX: `Al<sub>0.5</sub>` and `Al$_{0.5}$` are Al0.5, `g/cm$^3$` is g/cm^3."""
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub("", _RAISED_TAG.sub(lambda tag: "" if "/" in tag.group() else "^", text)))
    if "\\" in text:
        text = _without_scripts(_CIRCLE.sub("°", text))
        for pattern, written in _TEX:
            text = pattern.sub(written, text)
    if "$" in text:
        text = _MATHS.sub(lambda maths: _TEX_SUBSCRIPT.sub("", _without_scripts(maths.group(1))), text)
    return _without_scripts(text) if "{" in text else text


def _without_scripts(text: str) -> str:
    """`_{2}` is 2, and `^{-1}` is ^-1."""
    return _TEX_SCRIPT.sub(lambda script: ("^" if script.group(1) == "^" else "") + script.group(2), text)


_CITATION: Final = re.compile(r"\s?\[\s?\d{1,4}(?:\s?[-,;]\s?\d{1,4}){0,20}\s?\]$")
_MARK: Final = re.compile(r"(?:\^[a-z](?:,[a-z])?|\s?[*†‡§¶#])$")
_MOST_MARKS: Final = 4


def without_footnotes(text: str, *, marks: bool = True) -> str:
    """A plain text without what stands behind it: citations `[52]`, `[3,7-9]`, and marks such as `*`, `†`, `^a`.

    A mark behind a number may say what the number means; `marks=False` leaves these, and takes citations alone.
    """
    text = text.rstrip()
    for _ in range(_MOST_MARKS):
        shorter = _CITATION.sub("", text)
        shorter = _MARK.sub("", shorter) if marks else shorter
        if shorter == text or not shorter:
            return text
        text = shorter.rstrip()
    return text

"""The steps of processing: their codes, their words, and how papers name them.

The codes are those of ULTERA and of Borg et al. 2020 (Scientific Data 7, 430, https://doi.org/10.1038/s41597-020-00768-9),
continued.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ADDITIVE", "CODES", "COOLED", "HEAT", "MELTED", "NOTHING", "POWDER", "WORDS", "WORKED", "words_of"]

_WORDS_OF: Final = {
    # melts
    "AC": "as-cast", "VAM": "vacuum arc melted", "VIM": "induction melted", "LM": "levitation melted",
    "CMC": "copper mould cast", "DS": "directionally solidified", "MSP": "melt spun",
    # powders and layers
    "PM": "powder metallurgy", "MA": "mechanically alloyed", "SPS": "spark plasma sintered",
    "HIP": "hot isostatically pressed", "HP": "hot pressed", "SIN": "sintered", "CTR": "carbothermally reduced",
    "LPBF": "laser powder bed fusion", "EBM": "electron beam melted", "DED": "directed energy deposition",
    "AM": "additively manufactured", "PVD": "sputtered",
    # worked
    "W": "wrought", "CR": "cold rolled", "WR": "warm rolled", "HR": "hot rolled", "CW": "cold worked", "F": "forged",
    "HF": "hot forged", "HE": "extruded", "SW": "swaged", "HPT": "high-pressure torsion",
    "ECAP": "equal-channel angular pressed",
    # heated and cooled
    "A": "annealed", "H": "homogenized", "ST": "solution treated", "AG": "aged", "SR": "stress relieved", "T": "tempered",
    "HT": "heat treated",
    "WQ": "water quenched", "OQ": "oil quenched", "GQ": "gas quenched", "Q": "quenched", "FC": "furnace cooled",
    "AIR": "air cooled",
}  # fmt: skip
CODES: Final = frozenset(_WORDS_OF)
MELTED: Final = frozenset({"AC", "VAM", "VIM", "LM", "CMC", "DS", "MSP"})
POWDER: Final = frozenset({"PM", "MA", "SPS", "HIP", "HP", "SIN", "CTR"})
ADDITIVE: Final = frozenset({"LPBF", "EBM", "DED", "AM"})
WORKED: Final = frozenset({"W", "CR", "WR", "HR", "CW", "F", "HF", "HE", "SW", "HPT", "ECAP"})
COOLED: Final = frozenset({"WQ", "OQ", "GQ", "Q", "FC", "AIR"})
HEAT: Final = frozenset({"A", "H", "ST", "AG", "SR", "T", "HT"})
NOTHING: Final = frozenset({"", "OTHER", "NONE", "N/A", "NAN", "-", "–", "UNKNOWN", "NOT SPECIFIED", "NOT REPORTED"})

# A phrase -> the step; a longer phrase stands before one that it contains
_PHRASES: Final = (
    (r"hot[ -]?isostatic(?:ally)?[ -]press\w*|HIP'?p?ed\b", "HIP"),
    (r"spark[ -]plasma[ -]sinter\w*|SPS'?ed\b", "SPS"),
    (r"(?:vacuum[ -])?hot[ -]press\w*", "HP"),
    (r"(?:pressureless[ -]|vacuum[ -])?sinter\w*", "SIN"),
    (r"mechanical(?:ly)?[ -]alloy\w*|ball[ -]?mill\w*", "MA"),
    (r"(?:boro/?)?carbothermal(?:ly)?(?:[ -]reduc\w*)?", "CTR"),
    (r"powder(?:[ -]metallurg\w*)?(?![ -]bed)", "PM"),
    (r"(?:selective[ -])?laser[ -](?:powder[ -]bed[ -]fusion|melt\w*)|L-?PBF|SLM\b", "LPBF"),
    (r"electron[ -]beam[ -](?:powder[ -]bed[ -]fusion|melt\w*)|EB-?PBF", "EBM"),
    (
        r"directed[ -]energy[ -]deposit\w*|laser[ -](?:metal[ -]deposit\w*|engineered[ -]net[ -]shap\w*|clad\w*)|LENS|LMD",
        "DED",
    ),
    (r"additive(?:ly)?(?:[ -]manufactur\w*)?|3D[ -]print\w*", "AM"),
    (r"(?:magnetron[ -])?sputter\w*", "PVD"),
    (r"(?:vacuum[ -])?(?:plasma[ -])?arc[ -]?(?:re)?melt\w*", "VAM"),
    (r"(?:vacuum[ -])?(?:induction|VIM)[ -]?(?:skull[ -])?(?:re)?melt\w*", "VIM"),
    (r"(?:magnetic[ -])?levitation[ -]melt\w*", "LM"),
    (r"(?:suction|drop|injection|copper[ -]mou?ld)[ -]?cast\w*", "CMC"),
    (r"direction(?:al|ally)[ -]solidif\w*|bridgman\w*", "DS"),
    (r"melt[ -]?sp[ui]n\w*", "MSP"),
    (r"as[ -]?cast|cast(?:ing|ed)?\b", "AC"),
    (r"cryo(?:genic(?:ally)?)?[ -]?roll\w*|cold[ -]?roll\w*", "CR"),
    (r"warm[ -]?roll\w*", "WR"),
    (r"hot[ -]?roll\w*", "HR"),
    (r"hot[ -]?forg\w*", "HF"),
    (r"(?:cold[ -]?)?(?<!hot )forg(?:ed|ing)", "F"),
    (r"(?:hot[ -]?)?extru(?:d|s)\w*", "HE"),
    (r"(?:rotary[ -])?swag\w*", "SW"),
    (r"high[ -]pressure[ -]torsion", "HPT"),
    (r"equal[ -]channel[ -]angular[ -](?:press|extru)\w*", "ECAP"),
    (r"cold[ -]?(?:work|deform|drawn|draw)\w*", "CW"),
    (r"wrought", "W"),
    (r"homogeni[sz]\w*(?: (?:heat )?(?:anneal|treat)\w*)?", "H"),
    (r"solution(?:i[sz]\w*|[ -](?:heat[ -])?(?:treat|anneal)\w*)", "ST"),
    (r"recrystalli[sz]\w*(?: anneal\w*)?|anneal\w*", "A"),
    (r"(?<![a-z])(?:peak[ -]?|over[ -]?|under[ -]?|artificial(?:ly)? )?ag(?:ed?|e?ing)\b", "AG"),
    (r"stress[ -]reliev\w*|stress[ -]relief", "SR"),
    (r"temper(?:ed|ing)\b", "T"),
    (r"heat[ -]?treat\w*", "HT"),
    (r"water[ -]?(?:quench|cool)\w*|quench\w* in(?:to)?(?: \w+)? water", "WQ"),
    (r"oil[ -]?quench\w*", "OQ"),
    (r"(?:gas|argon|helium|nitrogen)[ -]?(?:quench|cool)\w*", "GQ"),
    (r"(?:furnace|slow(?:ly)?)[ -]?cool\w*", "FC"),
    (r"air[ -]?cool\w*", "AIR"),
    (r"quench\w*", "Q"),
)
WORDS: Final = tuple((re.compile(rf"(?<![a-z])(?:{phrase})", re.IGNORECASE), code) for phrase, code in _PHRASES)


def words_of(code: str) -> str:
    """What a code stands for; a code that is none is shown as it is."""
    return _WORDS_OF.get(code, code)

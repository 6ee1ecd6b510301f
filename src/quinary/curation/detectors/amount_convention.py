"""A formula that does not follow the way in which its paper, or its whole file, writes amounts."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from quinary.curation.dataset import Dataset, Entry, distinct_compositions
from quinary.curation.finding import Suspicion

__all__ = ["DETECTOR"]

_LEAST_OTHERS: Final = 2  # alloys of a paper that set a convention
_LEAST_ROWS: Final = 100  # of a file
_RULE_SHARE: Final = 0.97

_BARE_POINT: Final = re.compile(r"(?<![\d.])\.\d")  # Mo.03: what remains of 0.3 or 3.0 with two keys exchanged
# What amounts do -> (what a formula does not that breaks it, whether a formula keeps it)
_CONVENTIONS: Final[Mapping[str, tuple[str, Callable[[Entry], bool]]]] = {
    "have a digit before the decimal point": (
        "have a digit before each decimal point", lambda entry: _BARE_POINT.search(entry.formula) is None,
    ),
    "sum to 100 or 1": (
        "sum to 100 or 1",
        lambda entry: min(abs(math.fsum(entry.amounts.values()) / whole - 1.0) for whole in (100.0, 1.0)) <= 0.0021,
    ),
    "are relative to the largest, which is 1": (
        "have the largest equal to 1", lambda entry: max(entry.amounts.values()) == 1.0,
    ),
}  # fmt: skip


class AmountConvention:
    """Strength 1 where all other alloys of the paper keep a convention, 2 more where 97 % of the rows of the file do."""

    name = "amount_convention"
    version = "1"
    source = "consistency of notation within a paper and a file"

    def suspicions(self, data: Dataset) -> Iterator[Suspicion]:
        """One for each entry that breaks a convention of its paper or file."""
        of_file = _file_conventions(data)
        for paper in data.papers.values():
            groups = {key: found[0] for key, found in distinct_compositions(paper).items() if found[0].amounts}
            kept = {
                name: {key for key, entry in groups.items() if follows(entry)}
                for name, (_, follows) in _CONVENTIONS.items()
            }
            for entry in paper:
                if entry.amounts:
                    yield from _broken(entry, groups, kept, of_file[entry.source])


def _file_conventions(data: Dataset) -> dict[str, set[str]]:
    rows: dict[str, list[Entry]] = defaultdict(list)
    for entry in data.entries:
        rows[entry.source].append(entry)
    return {
        source: {
            name
            for name, (_, follows) in _CONVENTIONS.items()
            if len(stated := [entry for entry in entries if entry.amounts]) >= _LEAST_ROWS
            and sum(map(follows, stated)) >= _RULE_SHARE * len(stated)
        }
        for source, entries in rows.items()
    }


def _broken(
    entry: Entry, groups: Mapping[str, Entry], kept: Mapping[str, set[str]], of_file: set[str]
) -> Iterator[Suspicion]:
    for name, (infinitive, follows) in _CONVENTIONS.items():
        if follows(entry):
            continue
        n_others = len(groups.keys() - {entry.composition_key})
        in_paper = n_others >= _LEAST_OTHERS and len(kept[name] - {entry.composition_key}) == n_others
        if in_paper or name in of_file:
            where = f"all {n_others} other alloys of this paper" if in_paper else "nearly all rows of this file"
            strength = 1.0 * in_paper + 2.0 * (name in of_file)
            yield Suspicion(entry, strength, f"the amounts of {entry.formula} do not {infinitive}, those of {where} do")
            return


DETECTOR: Final = AmountConvention()

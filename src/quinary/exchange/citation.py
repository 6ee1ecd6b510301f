"""The text that says how to cite a snapshot, and whom to cite with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quinary.wording import counted

__all__ = ["citation_text"]


def citation_text(manifest: Mapping[str, Any]) -> str:
    """The citation of a snapshot with this manifest: its hash, its licences, its sources and the studies behind them."""
    return "\n".join(_lines(manifest)) + "\n"


def _lines(manifest: Mapping[str, Any]) -> Iterator[str]:
    counts = manifest["counts"]
    title = manifest["title"] or "Data on high-entropy alloys and ceramics"
    yield f"{title}. Quinary snapshot, {manifest['content_hash']}."
    yield (
        f"{counted(counts['points'], 'point')} of {counted(counts['materials'], 'material')} from "
        f"{counted(counts['studies'], 'study', 'studies')}; "
        f"snapshot schema {manifest['schema']}, made with Quinary {manifest['code_version']}."
    )
    if manifest["private"]:
        yield ""
        yield (
            f"PRIVATE: {counted(counts['may_not_be_passed_on'], 'point')} without a licence that allows passing them on. "
            "Do not give this snapshot to others."
        )
    yield from _licence_lines(manifest)
    yield from _source_lines(manifest)
    yield from _study_lines(manifest)


def _licence_lines(manifest: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "Licences")
    for entry in manifest["licences"]:
        yield f"  {entry['licence']} ({entry['class']}): {counted(entry['points'], 'point')}"


def _source_lines(manifest: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", "Sources: cite each that your work rests on")
    for entry in manifest["sources"]:
        where = f", {_address(entry['citation'])}" if entry["citation"] else ""
        yield f"  {entry['name']} ({entry['kind']}){where}; {entry['licence']}; {counted(entry['points'], 'point')}"


def _study_lines(manifest: Mapping[str, Any]) -> Iterator[str]:
    studies = sorted({study for entry in manifest["sources"] for study in entry["studies"]})
    if studies:
        yield from ("", "Studies in which the values were published")
        yield from (f"  {_address(study)}" for study in studies)


def _address(reference: str) -> str:
    return f"https://doi.org/{reference}" if reference.startswith("10.") else reference

"""The literature loop: files, folders and data sets become points."""

from quinary.loops.literature.citations import CROSSREF, FetchSettings, fetch_records, judge_study
from quinary.loops.literature.importing import ImportReport, import_source, notes_on, read_points, write_wanted_sheet
from quinary.loops.literature.previewing import Preview, preview_source
from quinary.loops.literature.recording import OlderRules, read_by_older_rules

__all__ = [
    "CROSSREF",
    "FetchSettings",
    "ImportReport",
    "OlderRules",
    "Preview",
    "fetch_records",
    "import_source",
    "judge_study",
    "notes_on",
    "preview_source",
    "read_by_older_rules",
    "read_points",
    "write_wanted_sheet",
]

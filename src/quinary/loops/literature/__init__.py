"""The literature loop: files, folders and data sets become points."""

from quinary.loops.literature.citations import CROSSREF, FetchSettings, fetch_records, judge_study
from quinary.loops.literature.importing import ImportReport, import_source, read_points, write_wanted_sheet

__all__ = [
    "CROSSREF",
    "FetchSettings",
    "ImportReport",
    "fetch_records",
    "import_source",
    "judge_study",
    "read_points",
    "write_wanted_sheet",
]

"""What readers share: rows of files, headings, layouts, units, phase names."""

from quinary.readers.opening import ZIP_MAGIC, begun, check_file, csv_records, text_start, workbook_rows, workbook_start
from quinary.readers.parsing.cell_texts import is_empty, without_count
from quinary.readers.parsing.column_readings import Tally, column_readings
from quinary.readers.parsing.decimal_marks import DecimalMarks
from quinary.readers.parsing.definitions import definitions_beside, definitions_of, is_definitions
from quinary.readers.parsing.document_files import documents, has_bson_start
from quinary.readers.parsing.element_amounts import (
    AmountUnit,
    composition_of_amounts,
    composition_of_formula,
    composition_stated_twice,
    written_amounts,
)
from quinary.readers.parsing.filled_sheets import has_headings, sheet_rows
from quinary.readers.parsing.left_out import columns_left_out
from quinary.readers.parsing.phase_text import parse_phase_text
from quinary.readers.parsing.published_rows import (
    MULTI_PHASE,
    Claim,
    PublishedTable,
    Record,
    bracket_problem,
    number_in,
    text_in,
)
from quinary.readers.parsing.rows import (
    MECHANICAL_TEST_PROPERTIES,
    Reading,
    Row,
    clean_reference,
    conditions_of,
    depends_on,
    implied_test,
    lineage_of,
    method_named,
    reading_of,
    reported_structure,
    spread_in,
    structure_named,
    suspicious_amount,
    temperature_in,
    value_in,
)
from quinary.readers.parsing.table_files import OpenTable, open_table, table_headings
from quinary.readers.parsing.table_headings import CONDITION_UNITS, ROLES
from quinary.readers.parsing.table_layout import ConditionColumn, Layout, ValueColumn, find_layout, has_composition
from quinary.readers.parsing.value_columns import SplitError, part_of

__all__ = [
    "CONDITION_UNITS",
    "MECHANICAL_TEST_PROPERTIES",
    "MULTI_PHASE",
    "ROLES",
    "ZIP_MAGIC",
    "AmountUnit",
    "Claim",
    "ConditionColumn",
    "DecimalMarks",
    "Layout",
    "OpenTable",
    "PublishedTable",
    "Reading",
    "Record",
    "Row",
    "SplitError",
    "Tally",
    "ValueColumn",
    "begun",
    "bracket_problem",
    "check_file",
    "clean_reference",
    "column_readings",
    "columns_left_out",
    "composition_of_amounts",
    "composition_of_formula",
    "composition_stated_twice",
    "conditions_of",
    "csv_records",
    "definitions_beside",
    "definitions_of",
    "depends_on",
    "documents",
    "find_layout",
    "has_bson_start",
    "has_composition",
    "has_headings",
    "implied_test",
    "is_definitions",
    "is_empty",
    "lineage_of",
    "method_named",
    "number_in",
    "open_table",
    "parse_phase_text",
    "part_of",
    "reading_of",
    "reported_structure",
    "sheet_rows",
    "spread_in",
    "structure_named",
    "suspicious_amount",
    "table_headings",
    "temperature_in",
    "text_in",
    "text_start",
    "value_in",
    "without_count",
    "workbook_rows",
    "workbook_start",
    "written_amounts",
]

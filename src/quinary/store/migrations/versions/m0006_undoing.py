"""Who imported what, when, from which file; imports that are withdrawn or read anew, and the points that this retires."""

from alembic import op
from sqlalchemy import inspect

from quinary.store.schema import import_log, metadata, provenance_columns

revision = "0006"
down_revision = "0005"

_NAMES = ("restatement", "withdrawal", "retired", "completion")


def upgrade() -> None:
    """Add the columns, which a store that was made by this version has already, and create the tables."""
    connection = op.get_bind()
    there = {column["name"] for column in inspect(connection).get_columns(import_log.name)}
    for column in provenance_columns():
        if column.name not in there:
            op.add_column(import_log.name, column)
    metadata.create_all(connection, tables=[metadata.tables[name] for name in _NAMES])


def downgrade() -> None:
    """Drop them."""
    metadata.drop_all(op.get_bind(), tables=[metadata.tables[name] for name in _NAMES])
    for column in provenance_columns():
        op.drop_column(import_log.name, column.name)

"""The first tables."""

from alembic import op

from quinary.store.schema import change_counter, metadata

revision = "0001"
down_revision = None

_NAMES = (
    "change_counter", "source", "material", "point", "cell", "request", "candidate", "verdict", "failure", "progress",
    "import_log",
)  # fmt: skip


def upgrade() -> None:
    """Create every table and start the change counter at zero."""
    connection = op.get_bind()
    metadata.create_all(connection, tables=[metadata.tables[name] for name in _NAMES], checkfirst=False)
    connection.execute(change_counter.insert().values(id=1, value=0))


def downgrade() -> None:
    """Drop them."""
    metadata.drop_all(op.get_bind(), tables=[metadata.tables[name] for name in _NAMES])

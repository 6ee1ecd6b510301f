"""Files of thermodynamic data that a store has registered."""

from alembic import op

from quinary.store.schema import metadata

revision = "0005"
down_revision = "0004"

_NAMES = ("thermodynamic_database",)


def upgrade() -> None:
    """Create the table."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables[name] for name in _NAMES], checkfirst=False)


def downgrade() -> None:
    """Drop it."""
    metadata.drop_all(op.get_bind(), tables=[metadata.tables[name] for name in _NAMES])

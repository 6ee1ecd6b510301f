"""Learned models and properties of a store's own, and tracebacks of what failed."""

from alembic import op

from quinary.store.schema import metadata

revision = "0004"
down_revision = "0003"

_NAMES = ("trace", "learned_model", "own_property")


def upgrade() -> None:
    """Create the tables."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables[name] for name in _NAMES], checkfirst=False)


def downgrade() -> None:
    """Drop them."""
    metadata.drop_all(op.get_bind(), tables=[metadata.tables[name] for name in _NAMES])

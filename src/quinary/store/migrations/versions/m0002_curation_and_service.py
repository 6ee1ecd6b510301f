"""Findings and decisions of curation, claims, settings and log of the cycle as a service, records of DOIs."""

from alembic import op

from quinary.store.schema import metadata

revision = "0002"
down_revision = "0001"

_NAMES = ("finding", "decision", "claim", "setting", "event", "doi_record")


def upgrade() -> None:
    """Create the tables."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables[name] for name in _NAMES], checkfirst=False)


def downgrade() -> None:
    """Drop them."""
    metadata.drop_all(op.get_bind(), tables=[metadata.tables[name] for name in _NAMES])

"""Points that a person accepted as wrong, found from the decisions made so far."""

from alembic import op

from quinary.store.refusals import accepted_materials
from quinary.store.schema import metadata
from quinary.store.writing import PointWriter

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table and fill it."""
    connection = op.get_bind()
    # which points count depends on `retired` too, by now; a later migration finds it there
    metadata.create_all(connection, tables=[metadata.tables[name] for name in ("refusal", "retired")])
    if materials := accepted_materials(connection):
        PointWriter(connection).judge_anew(materials)


def downgrade() -> None:
    """Drop it."""
    metadata.drop_all(op.get_bind(), tables=[metadata.tables["refusal"]])

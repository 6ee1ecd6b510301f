"""The first tables."""

from alembic import op

from quinary.store.schema import change_counter, metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table and start the change counter at zero."""
    connection = op.get_bind()
    metadata.create_all(connection, checkfirst=False)
    connection.execute(change_counter.insert().values(id=1, value=0))


def downgrade() -> None:
    """Drop every table."""
    metadata.drop_all(op.get_bind())

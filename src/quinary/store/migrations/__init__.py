"""Schema migrations, run by Alembic when a database is opened that is older than this version of Quinary."""

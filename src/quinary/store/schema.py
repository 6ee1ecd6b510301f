"""The tables. Points are append-only; `cell` is derived from them and kept up to date in the same transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "HEAD_REVISION",
    "candidate",
    "cell",
    "change_counter",
    "failure",
    "import_log",
    "material",
    "metadata",
    "point",
    "progress",
    "request",
    "source",
    "verdict",
]

# The newest migration (store/migrations/versions); a test holds the two together.
HEAD_REVISION: Final = "0001"

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives a fast row id only to INTEGER PRIMARY KEY; PostgreSQL wants eight bytes.
_Id = BigInteger().with_variant(Integer, "sqlite")

change_counter = Table(
    "change_counter", metadata, Column("id", _Id, primary_key=True), Column("value", BigInteger, nullable=False)
)

source = Table(
    "source",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("citation", Text, nullable=False),
    UniqueConstraint("name", "kind", "licence", "citation"),
)

material = Table(
    "material",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("structure_key", Text, nullable=False),
    Column("composition_key", Text, nullable=False, index=True),
    Column("formula", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("composition", Text, nullable=False, comment="JSON: sublattices with fractions and sites"),
    Column("structure", Text, nullable=False),
    Column("processing", Text, nullable=False),
    Column("is_ceramic", Boolean, nullable=False),
    Column("is_known", Boolean, nullable=False),
    Column("is_generated", Boolean, nullable=False),
    Column("change", BigInteger, nullable=False, index=True),
)

point = Table(
    "point",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("hash", LargeBinary(16), nullable=False, unique=True),
    Column("material_id", _Id, ForeignKey("material.id"), nullable=False, index=True),
    Column("property", Text, nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("categories", Text),
    Column("uncertainty", Float),
    Column("conditions", Text, nullable=False, comment="JSON"),
    Column("conditions_key", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("source_id", _Id, ForeignKey("source.id"), nullable=False),
    Column("doi", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("lineage", Text, nullable=False, comment="JSON"),
    Column("rank", Integer, comment="worth in its cell; NULL fills no cell"),
    Column("supersedes", _Id, ForeignKey("point.id")),
    Column("change", BigInteger, nullable=False),
)
# Few points supersede another: an index of those alone costs the others nothing
Index(
    "ix_point_supersedes",
    point.c.supersedes,
    sqlite_where=point.c.supersedes.is_not(None),
    postgresql_where=point.c.supersedes.is_not(None),
)

cell = Table(
    "cell",
    metadata,
    Column("material_id", _Id, ForeignKey("material.id"), nullable=False),
    Column("property", Text, nullable=False),
    Column("conditions_key", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("point_id", _Id, ForeignKey("point.id"), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("change", BigInteger, nullable=False),
    PrimaryKeyConstraint("material_id", "property", "conditions_key", "origin"),
    sqlite_with_rowid=False,
)

request = Table(
    "request",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("body", Text, nullable=False, comment="JSON"),
)

candidate = Table(
    "candidate",
    metadata,
    Column("id", Text, primary_key=True),
    Column("material_id", _Id, ForeignKey("material.id"), nullable=False, index=True),
    Column("request_id", _Id, ForeignKey("request.id"), nullable=False),
    Column("body", Text, nullable=False, comment="JSON"),
    Column("change", BigInteger, nullable=False, index=True),
)

verdict = Table(
    "verdict",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("material_id", _Id, ForeignKey("material.id"), nullable=False),
    Column("rung", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("body", Text, nullable=False, comment="JSON"),
    Column("change", BigInteger, nullable=False, index=True),
    Index("ix_verdict_material_id_rung", "material_id", "rung"),
)

failure = Table(
    "failure",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("loop", Text, nullable=False),
    Column("plugin", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("material_id", _Id, ForeignKey("material.id"), nullable=False),
    Column("property", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("change", BigInteger, nullable=False),
    UniqueConstraint("material_id", "property", "loop", "plugin", "version"),
)

progress = Table(
    "progress",
    metadata,
    Column("task", Text, primary_key=True),
    Column("version", Text, nullable=False, comment="policy and plug-in versions that the work was done with"),
    Column("change", BigInteger, nullable=False, comment="data counter up to which the work is done"),
)

import_log = Table(
    "import_log",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("reader", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("n_read", BigInteger, nullable=False),
    Column("n_added", BigInteger, nullable=False),
    Column("n_repeated", BigInteger, nullable=False),
    Column("rejected", Text, nullable=False, comment="JSON: [{line, reason}]"),
    Column("change", BigInteger, nullable=False),
)

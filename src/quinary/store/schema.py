"""The tables. Points are append-only; `cell` is derived from them and kept up to date in the same transaction."""

from __future__ import annotations

from typing import Any, Final

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
    "claim",
    "completion",
    "decision",
    "doi_record",
    "event",
    "failure",
    "finding",
    "import_log",
    "learned_model",
    "material",
    "metadata",
    "own_property",
    "point",
    "progress",
    "provenance_columns",
    "refusal",
    "request",
    "restatement",
    "retired",
    "setting",
    "source",
    "thermodynamic_database",
    "trace",
    "verdict",
    "withdrawal",
]

# The newest migration (store/migrations/versions); a test holds the two together.
HEAD_REVISION: Final = "0006"

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


def provenance_columns() -> tuple[Column[Any], ...]:
    """What an import is kept with since revision 0006, made anew for a table; empty in imports of before."""
    return (
        Column("made_at", Text, nullable=False, server_default="", comment="ISO 8601, UTC"),
        Column("who", Text, nullable=False, server_default=""),
        Column("digest", Text, nullable=False, server_default="", comment="SHA-256 of the file"),
        Column("options", Text, nullable=False, server_default="{}", comment="JSON: how the file was to be read"),
        Column("replaced_by", _Id, comment="the import that read the same file by newer rules"),
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
    *provenance_columns(),
)

# An import that states what was there already: its points stay as long as one of those that state them counts
restatement = Table(
    "restatement",
    metadata,
    Column("point_id", _Id, ForeignKey("point.id"), nullable=False),
    Column("import_id", _Id, ForeignKey("import_log.id"), nullable=False, index=True),
    PrimaryKeyConstraint("point_id", "import_id"),
    sqlite_with_rowid=False,
)

withdrawal = Table(
    "withdrawal",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("import_id", _Id, ForeignKey("import_log.id"), nullable=False, index=True),
    Column("action", Text, nullable=False, comment="withdraw or restore; the last one counts"),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("made_at", Text, nullable=False, comment="ISO 8601, UTC"),
    Column("n_points", BigInteger, nullable=False),
    Column("change", BigInteger, nullable=False),
)

# Points that count no more because no import that states them does; follows from the tables above
retired = Table(
    "retired",
    metadata,
    Column("point_id", _Id, ForeignKey("point.id"), primary_key=True, autoincrement=False),
    Column("change", BigInteger, nullable=False),
)

# What a point said of its study before an import gave it a DOI
completion = Table(
    "completion",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("point_id", _Id, ForeignKey("point.id"), nullable=False, index=True),
    Column("import_id", _Id, ForeignKey("import_log.id"), nullable=False, index=True),
    Column("doi", Text, nullable=False),
    Column("source_id", _Id, ForeignKey("source.id"), nullable=False),
)

finding = Table(
    "finding",
    metadata,
    Column("id", _Id, primary_key=True),
    Column(
        "key", Text, nullable=False, unique=True, comment="what is doubted, by which detector: the same in every run"
    ),
    Column("detector", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("source", Text, nullable=False, comment="name of the file as imported"),
    Column("line", Integer),
    Column("material_id", _Id, ForeignKey("material.id"), index=True),
    Column("point_id", _Id, ForeignKey("point.id")),
    Column("evidence", Text, nullable=False),
    Column("repair", Text, nullable=False, comment="JSON: what would put it right, or null"),
    Column("change", BigInteger, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("finding_key", Text, nullable=False, index=True),
    Column("action", Text, nullable=False, comment="accept, reject or correct"),
    Column("who", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("correction", Text, nullable=False, comment="JSON: what was put in its place, or null"),
    Column("made_at", Text, nullable=False, comment="ISO 8601, UTC"),
    Column("change", BigInteger, nullable=False),
)

refusal = Table(
    "refusal",
    metadata,
    Column("point_id", _Id, ForeignKey("point.id"), primary_key=True, autoincrement=False),
    Column("change", BigInteger, nullable=False),
)

claim = Table(
    "claim",
    metadata,
    Column("task", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("version", Text, nullable=False, comment="versions of code, policy and plug-ins that the work is for"),
    Column("body", Text, nullable=False, comment="JSON: what is to be done"),
    Column("size", Integer, nullable=False, comment="number of materials"),
    Column("worker", Text, nullable=False, comment="empty while nobody has it"),
    Column("taken", Float, nullable=False, comment="seconds since 1970 when the worker took it"),
    Column("expires", Float, nullable=False, comment="seconds since 1970 after which another worker may take it"),
    Column("attempts", Integer, nullable=False),
    Column("not_before", Float, nullable=False, comment="seconds since 1970 before which it is not tried again"),
    Column("is_resting", Boolean, nullable=False, comment="tried often enough: waits for a person"),
    Column("reason", Text, nullable=False, comment="why the last attempt failed"),
    Column("priority", Integer, nullable=False),
    Column("change", BigInteger, nullable=False),
    PrimaryKeyConstraint("task", "item"),
    # the order in which work is taken
    Index("ix_claim_order", "priority", "change", "task", "item"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False, comment="JSON"),
)

event = Table(
    "event",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", Text, nullable=False, comment="ISO 8601, UTC"),
    Column("worker", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
)

doi_record = Table(
    "doi_record",
    metadata,
    Column("doi", Text, primary_key=True),
    Column("body", Text, nullable=False, comment="JSON: title, authors, year, journal, type, licence"),
    Column("fetched_at", Text, nullable=False, comment="ISO 8601, UTC"),
)

# What one traceback needs: the line of the log that it belongs to
trace = Table(
    "trace",
    metadata,
    Column("event_id", _Id, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("is_bug", Boolean, nullable=False, comment="a mistake in the program, not in the material or the settings"),
    Column("text", Text, nullable=False, comment="the traceback"),
)

learned_model = Table(
    "learned_model",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", Text, nullable=False, comment="of the content"),
    Column("card", Text, nullable=False, comment="JSON: the model card"),
    Column("content", LargeBinary, nullable=False, comment="safetensors"),
    Column("change", BigInteger, nullable=False, comment="data counter when it was kept"),
)

own_property = Table(
    "own_property",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False, comment="JSON: unit, symbol, label, kind, bounds, aliases"),
    Column("who", Text, nullable=False),
    Column("made_at", Text, nullable=False, comment="ISO 8601, UTC"),
)

thermodynamic_database = Table(
    "thermodynamic_database",
    metadata,
    Column("name", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True, comment="of the content"),
    Column("content", Text, nullable=False, comment="the TDB file, all of it"),
    Column("elements", Text, nullable=False, comment="JSON: elements that it covers"),
    Column("source", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("citation", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("made_at", Text, nullable=False, comment="ISO 8601, UTC"),
)

"""What people have decided on already, so that no finding of it is shown again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from quinary.curation.finding import Finding, same_subject
from quinary.store.schema import decision, finding, material, point

__all__ = ["Settled", "decided_keys"]


def decided_keys(connection: Connection) -> set[str]:
    """The keys of all findings that somebody has decided on."""
    return set(connection.execute(select(decision.c.finding_key).distinct()).scalars())


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided on: findings by key, and values and lines, whose findings are called otherwise once they have a DOI."""

    keys: set[str]
    values: set[bytes]
    lines: set[tuple[str, int | None, str]]

    @classmethod
    def in_store(cls, connection: Connection) -> Settled:
        """All of a store."""
        columns = (finding.c.source, finding.c.line, material.c.key, point.c.hash)
        query = (
            select(*columns)
            .select_from(finding.outerjoin(point, point.c.id == finding.c.point_id))
            .outerjoin(material, material.c.id == finding.c.material_id)
            .where(exists().where(decision.c.finding_key == finding.c.key))
        )
        rows = connection.execute(query).all()
        return cls(
            {same_subject(key) for key in decided_keys(connection)},
            {bytes(digest) for *_, digest in rows if digest is not None},
            {(file, line, owner) for file, line, owner, digest in rows if digest is None and owner is not None},
        )

    def has(self, item: Finding) -> bool:
        """True if it needs no decision any more."""
        if item.content_hash is None:
            is_settled = (item.source, item.line, item.material_key) in self.lines
        else:
            is_settled = item.content_hash in self.values
        return is_settled or same_subject(item.key) in self.keys

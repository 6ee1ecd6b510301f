"""What a store keeps beside points: candidates, learned models, thermodynamic data."""

from quinary.store.kept.candidates import (
    add_candidates,
    add_verdicts,
    candidates_in,
    generated_ids,
    judged_outcomes,
    judged_rungs,
    verdicts_on,
)
from quinary.store.kept.models import StoredModel, content_of, keep, remove, stored_models
from quinary.store.kept.thermodynamics import Registered, register, registered, registered_files, unregister

__all__ = [
    "Registered",
    "StoredModel",
    "add_candidates",
    "add_verdicts",
    "candidates_in",
    "content_of",
    "generated_ids",
    "judged_outcomes",
    "judged_rungs",
    "keep",
    "register",
    "registered",
    "registered_files",
    "remove",
    "stored_models",
    "unregister",
    "verdicts_on",
]

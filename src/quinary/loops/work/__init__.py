"""Pieces of work: what a change calls for, who takes it, what became of it."""

from quinary.loops.work.failures import failures_in_words
from quinary.loops.work.queue import DEFAULT_RUNGS, CycleSettings, Tally, Work, check_order, labels, plan, priority_of
from quinary.loops.work.report import LoopReport
from quinary.loops.work.worker import Budget, Done, free_the_dead, process_name, run_alone, work_through

__all__ = [
    "DEFAULT_RUNGS",
    "Budget",
    "CycleSettings",
    "Done",
    "LoopReport",
    "Tally",
    "Work",
    "check_order",
    "failures_in_words",
    "free_the_dead",
    "labels",
    "plan",
    "priority_of",
    "process_name",
    "run_alone",
    "work_through",
]

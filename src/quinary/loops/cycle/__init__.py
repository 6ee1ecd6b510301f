"""The cycle: pass after pass over what changed, by one process or by many."""

from quinary.loops.cycle.cycle import Cycle
from quinary.loops.cycle.tasks import works
from quinary.loops.cycle.watch import Hear
from quinary.loops.cycle.worker_pools import process_maker

__all__ = ["Cycle", "Hear", "process_maker", "works"]

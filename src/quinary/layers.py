"""The order of the rooms: a room imports only from rooms of lines above its own. A test holds everybody to it."""

from __future__ import annotations

from typing import Final

__all__ = ["LAYERS", "LAYER_OF", "PLUGIN_ROOMS"]

_ORDER: Final = """
border cachekeys constants errors files layers logs outgoing plain_text progress sheets threads unit_grammar units wording
signing
reference
chemistry
spaces
points
materials
requests
plugins
descriptors
learning
generative
structures
simulation
literature
generators predictors readers searchers validators
prediction
inverse
exploring
store
curation
loops
exchange
figures
studies
services
interfaces
testing
"""
LAYERS: Final = tuple(frozenset(line.split()) for line in _ORDER.strip().splitlines())
LAYER_OF: Final = {room: number for number, layer in enumerate(LAYERS) for room in layer}
PLUGIN_ROOMS: Final = LAYERS[LAYER_OF["readers"]]

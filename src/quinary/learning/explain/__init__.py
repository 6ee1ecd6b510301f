"""Why a property is what it is: importance, effects, formulas, maps."""

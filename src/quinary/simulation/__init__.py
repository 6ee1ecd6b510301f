"""Physics that needs more than a formula: phase equilibria, atoms and the methods that act on them."""

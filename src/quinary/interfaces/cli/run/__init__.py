"""The commands that run loops, simulations and studies."""

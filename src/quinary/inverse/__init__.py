"""Design: what is asked for, what is offered, and how the two are held against each other."""

"""The closed forms of ceramics, each a function of the fractions of the metals."""

"""The closed forms of alloys, each a function of fractions."""

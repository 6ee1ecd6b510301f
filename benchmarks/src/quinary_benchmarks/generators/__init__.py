"""Generators that won no column of the table (docs/decisions/011-the-default-generator.md): plug-ins to be compared with."""

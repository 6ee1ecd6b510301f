"""The commands on data: what goes in, what is there, what comes out."""

"""The literature loop: files, folders and data sets become points."""

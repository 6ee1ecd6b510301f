"""What readers share: rows of files, headings, layouts, units, phase names."""

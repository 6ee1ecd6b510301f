"""What every command shares: options, tables, words for values."""

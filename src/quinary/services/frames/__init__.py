"""The verbs whose answer is a table, as data frames."""

"""What measures Quinary: speed and quality, beside others and beside goals. `quinary bench NAME` finds each bench here."""

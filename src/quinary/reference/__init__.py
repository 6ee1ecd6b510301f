"""Published constants of the elements and of element pairs, each with unit and source."""

"""Design from wishes: what can be reached, how samples are moved there, and which come first."""

"""Learning from data, judged honestly. Nothing here knows a store."""

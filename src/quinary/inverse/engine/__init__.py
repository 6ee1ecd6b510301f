"""The design engine: a request and a state of knowledge go in, candidates come out. It knows no store."""

"""The six sockets that plug-ins fill, and the registry that finds them."""

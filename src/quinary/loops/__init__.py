"""The four loops and their cycle: they read and write the store, the plug-ins do the science."""

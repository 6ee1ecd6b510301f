"""The verbs of Quinary, each once: what the command line prints as JSON, what Python calls, what a server will serve.

One module a subject, one public function a verb. Its keyword-only parameters have the names of the command's options:
`--all-rungs` is `all_rungs`, and a name that Python keeps for itself ends in an underscore, `with_`. Its values are Python's
own: conditions are dicts, files are strings or paths, ranges are pairs, and `db` is an open database, a URL or a path. It
returns the document of the command as plain dicts and lists. Long work takes a `progress` to report to. `tables` makes data
frames of the documents that are tables.
"""

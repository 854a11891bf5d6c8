"""The command line: what an operator types, and the owner of a data directory who does the work."""

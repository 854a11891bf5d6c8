"""Which records of different systems belong together."""

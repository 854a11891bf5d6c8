"""Who is in a place, and what all of them may read."""

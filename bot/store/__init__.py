"""The state of record: SQL is the truth, everything else is a hint."""

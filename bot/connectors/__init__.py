"""One room per system of record, the same files in each."""

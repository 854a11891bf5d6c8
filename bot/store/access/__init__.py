"""Installations, tokens and keys: whatever is sealed, or proves that it is the right one."""

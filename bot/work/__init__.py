"""Runs what stands in the ledger."""

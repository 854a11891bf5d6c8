"""The append-only trail, and its heads outside of the database."""

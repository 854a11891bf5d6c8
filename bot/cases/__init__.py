"""Evaluation cases: what a workflow has to find in a small world that is written down, and what it must not say."""

"""One port, one gate."""

"""What is deleted once it is over for long."""

"""What is wrong, the messages that tell of it, and the digests."""

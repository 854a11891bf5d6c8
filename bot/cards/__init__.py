"""What a card shows, in words and data that every platform draws in its own way."""

"""What is said where and by whom, and what people think of it."""

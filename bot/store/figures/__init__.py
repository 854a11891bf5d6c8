"""What the bot is measured by."""

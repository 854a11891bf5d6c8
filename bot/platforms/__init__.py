"""Where people talk to the bot: one room per platform, the same three files in each."""

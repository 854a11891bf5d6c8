"""What one can ask of the bot: one file per thing a person does."""

"""How the bot is plugged in: platforms, connectors, the state of record, the command line."""

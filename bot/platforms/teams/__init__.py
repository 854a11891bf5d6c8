"""Microsoft Teams: what is said there, and how it is heard."""

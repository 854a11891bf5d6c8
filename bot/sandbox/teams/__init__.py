"""A stateful stand-in of Microsoft Teams on loopback: the Bot Connector, its identity provider, and the people who use the bot."""

from bot.sandbox.teams.server import TeamsStandin

__all__ = ["TeamsStandin"]

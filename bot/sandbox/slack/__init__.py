"""A stateful stand-in of Slack on loopback: its Web API, its signed requests, its installation pages and its socket."""

from bot.sandbox.slack.server import SlackStandin

__all__ = ["SlackStandin"]

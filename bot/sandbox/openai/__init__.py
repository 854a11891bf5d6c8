"""A stand-in for a server of language models: chat completions, embeddings and models on loopback, with faults and moods."""

from bot.sandbox.openai.server import ModelStandin

__all__ = ["ModelStandin"]

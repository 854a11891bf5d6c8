"""Masking: what is private or secret leaves a text before a model sees it, and comes back for the person who reads the answer."""

from bot.llm.masking.vault import Vault

__all__ = ["Vault"]

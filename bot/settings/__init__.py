"""What the operator sets: the environment (or files in SECRETS_DIR) and `bot.toml`, validated at once at start."""

from bot.settings.configuration import Configuration, load_all, read_configuration
from bot.settings.environment import Settings, SettingsError, load

__all__ = ["Configuration", "Settings", "SettingsError", "load", "load_all", "read_configuration"]

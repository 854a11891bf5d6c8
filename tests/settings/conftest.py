"""An environment with nothing of ours in it, and what `load_all` makes of one."""

import os
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_all, read_configuration


@pytest.fixture
def loaded(monkeypatch):
    """Settings from these variables and no others."""

    def make(**given: str):
        for name in [name for name in os.environ if name.lower() in Settings.model_fields]:
            monkeypatch.delenv(name)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return load_all()

    return make


@pytest.fixture
def complaints(loaded):
    """What is said against these variables, one sentence each."""

    def make(**given: str) -> list[str]:
        with pytest.raises(SettingsError) as wrong:
            loaded(**given)
        return wrong.value.errors

    return make


@pytest.fixture
def configured(tmp_path: Path):
    """`bot.toml` with this text."""

    def make(text: str):
        file = tmp_path / "bot.toml"
        file.write_text(text, encoding="utf-8")
        return read_configuration(file)

    return make

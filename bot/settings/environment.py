"""Settings from the environment, or from files named like them in SECRETS_DIR. Every error is listed at once."""

import os
import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsError as Unreadable

from bot.settings import declared
from bot.settings.addresses import address_problem, public_problem

SWITCH = Literal["", "on", "off"]
PLATFORM_URLS = ("slack_api_url", "teams_openid_url", "teams_token_url")
PRIVATE_URLS = ("chroma_url", "openai_base_url")
OPENAI_MODEL = "gpt-4.1-mini"
"""With a key alone; any other server has to be told."""
NAME = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
HOST_ENTRY = re.compile(
    rf"{NAME}(?:\.{NAME})*(?::(?P<port>[1-9][0-9]{{0,4}}))?|\*\.(?:{NAME}\.)+(?=[a-z0-9-]*[a-z]){NAME}", re.ASCII
)
"""An entry of TEAMS_ALLOWED_HOSTS in lower case: `host`, `host:port`, `*.domain` (of two names at least, so not `*.com`)."""


class SettingsError(Exception):
    """One or more settings are wrong. `errors` holds one sentence each."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("; ".join(errors))
        self.errors = errors


class Settings(declared.Declared):
    """Every setting of the program, under the names of the documentation in lower case; those of connectors are declared by them."""

    model_config = declared.CONFIG

    database_url: str = ""
    redis_url: str = "memory://"
    chroma_url: str = ""
    chroma_token: SecretStr = SecretStr("")

    slack_signing_secret: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"

    teams_app_id: str = ""
    teams_app_password: SecretStr = SecretStr("")
    teams_tenant_id: str = ""
    teams_openid_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    teams_token_url: str = ""
    teams_allowed_hosts: str = ""

    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = ""
    openai_model: str = ""
    openai_embedding_model: str = ""

    config_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    public_url: str = ""
    data_dir: Path = Path("data")
    model_dir: Path | None = None
    secrets_dir: Path | None = None
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    playground: SWITCH = ""
    shadow: SWITCH = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "console"
    secret_key: SecretStr = SecretStr("")
    audit_key: SecretStr = SecretStr("")

    @property
    def database(self) -> str:
        """The state of record's address; without DATABASE_URL a SQLite file in the data directory."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve() / 'countersign.db'}"

    @property
    def models(self) -> Path:
        """Where the embedding model is built."""
        return self.model_dir or self.data_dir / "models"

    @property
    def has_model(self) -> bool:
        """Whether a server of language models is configured; without one the bot is offline."""
        return bool(self.openai_api_key.get_secret_value() or self.openai_base_url)

    @property
    def language_model(self) -> str:
        """The model that completes: the one that is named, else a small one of OpenAI's."""
        return self.openai_model or OPENAI_MODEL

    @property
    def teams_tokens(self) -> str:
        """Where the bot's own token for Teams comes from; without TEAMS_TOKEN_URL Microsoft's address for the tenant."""
        return (
            self.teams_token_url or f"https://login.microsoftonline.com/{quote(self.teams_tenant_id, safe='')}/oauth2/v2.0/token"
        )

    def value(self, name: str) -> str:
        """A setting of a connector, by its name in the environment, secret or not. KeyError for one that nobody declared."""
        field = name.lower()
        if field not in type(self).model_fields:
            raise KeyError(name)
        return reveal(getattr(self, field))

    @field_validator("playground", "shadow", "log_level", "log_format", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _addresses(self) -> Self:
        wrong = [problem for name in PLATFORM_URLS if (problem := address_problem(name, getattr(self, name), private=False))]
        wrong += [problem for name in PRIVATE_URLS if (problem := address_problem(name, getattr(self, name), private=True))]
        wrong += [problem] if (problem := public_problem(self.public_url)) else []
        if not self.database.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            wrong.append("DATABASE_URL must start with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        if not self.redis_url.startswith(("memory://", "redis://", "rediss://")):
            wrong.append("REDIS_URL must start with memory://, redis:// or rediss://")
        wrong += declared.problems({name.upper(): self.value(name) for name in declared.Declared.model_fields})
        wrong += slack_problems(self) + teams_problems(self) + openai_problems(self)
        if wrong:
            raise ValueError("\n".join(wrong))
        return self


def openai_problems(settings: Settings) -> list[str]:
    """What keeps a language model from answering with these settings."""
    key = settings.openai_api_key.get_secret_value()
    found = [
        f"{name.upper()} needs OPENAI_API_KEY, or OPENAI_BASE_URL where the server takes no key"
        for name in ("openai_model", "openai_embedding_model")
        if getattr(settings, name) and not settings.has_model
    ]
    if settings.openai_base_url and not settings.openai_model:
        found.append("OPENAI_BASE_URL needs OPENAI_MODEL: the name of a model that the server has (at Azure: of the deployment)")
    if key and not re.fullmatch(r"[!-~]+", key):
        found.append("OPENAI_API_KEY must be one word of ASCII characters")
    return found


def slack_problems(settings: Settings) -> list[str]:
    """What keeps Slack from working with these settings: somebody must be let in, and the bot must be somebody."""
    given = {
        name: bool(reveal(getattr(settings, name)))
        for name in ("slack_signing_secret", "slack_bot_token", "slack_client_id", "slack_client_secret", "slack_app_token")
    }
    if not any(given.values()):
        return []
    found = []
    if given["slack_client_id"] != given["slack_client_secret"]:
        missing = "SLACK_CLIENT_SECRET" if given["slack_client_id"] else "SLACK_CLIENT_ID"
        found.append(f"Slack is half configured: set {missing} too")
    elif not given["slack_bot_token"] and not given["slack_client_id"]:
        found.append("Slack is half configured: set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, too")
    if not given["slack_signing_secret"] and not given["slack_app_token"]:
        found.append("Slack is half configured: set SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN for Socket Mode, too")
    rotated = {name: reveal(getattr(settings, name)) for name in ("slack_signing_secret", "secret_key")}
    return found + [problem for name, secret in rotated.items() if (problem := declared.pair_problem(name.upper(), secret))]


def teams_problems(settings: Settings) -> list[str]:
    """What keeps Teams from working with these settings: who the bot is, by what it shows that, and whose people it serves."""
    given = {name: bool(reveal(getattr(settings, name))) for name in ("teams_app_id", "teams_app_password", "teams_tenant_id")}
    found = []
    if any(given.values()) and not all(given.values()):
        found.append(f"Teams is half configured: set {', '.join(name.upper() for name, there in given.items() if not there)} too")
    if "," in reveal(settings.teams_app_password):
        found.append("TEAMS_APP_PASSWORD must be one value: with two of them nobody can sign in")
    return found + [
        f"TEAMS_ALLOWED_HOSTS must be host, host:port or *.domain, separated by commas; it has {entry!r}"
        for entry in host_entries(settings.teams_allowed_hosts)
        if not is_host_entry(entry)
    ]


def host_entries(text: str) -> list[str]:
    """The entries of TEAMS_ALLOWED_HOSTS in lower case, right or wrong."""
    return [entry.strip().lower() for entry in text.split(",") if entry.strip()]


def is_host_entry(entry: str) -> bool:
    """Whether an entry names hosts in one of the three ways."""
    found = HOST_ENTRY.fullmatch(entry)
    return found is not None and int(found["port"] or 1) <= 65535  # noqa: PLR2004 - the largest port


def reveal(value: SecretStr | str) -> str:
    """The text of a setting, secret or not."""
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def load() -> Settings:
    """Read and validate everything. Raises SettingsError with every problem found."""
    folder = os.environ.get("SECRETS_DIR", "")
    if folder and not Path(folder).is_dir():
        raise SettingsError([f"SECRETS_DIR is no folder: {folder}", *wrong_with("")])
    try:
        return Settings(_secrets_dir=folder or None)
    except ValidationError:
        raise SettingsError(wrong_with(folder)) from None
    except Unreadable as file:
        hint = "each file in SECRETS_DIR must hold one value as UTF-8 text that this user may read"
        raise SettingsError([f"{file}: {hint}"]) from None


def wrong_with(folder: str) -> list[str]:
    """Every problem of the environment, and of the files in a folder where one is named."""
    try:
        Settings(_secrets_dir=folder or None)
    except ValidationError as wrong:
        return [*sentences(wrong), *the_rest(folder, wrong)]
    return []


def named_file() -> Path | None:
    """What CONFIG_FILE names, also where other settings are wrong."""
    kept = Path(os.environ.get("SECRETS_DIR") or os.devnull) / "CONFIG_FILE"
    name = os.environ.get("CONFIG_FILE") or (kept.read_text(encoding="utf-8").strip() if kept.is_file() else "")
    return Path(name) if name else None


def the_rest(folder: str, wrong: ValidationError) -> list[str]:
    """What else is wrong: how settings fit together is only looked at once each of them could be read, so do that without the bad ones."""
    bad = {str(error["loc"][0]) for error in wrong.errors() if error["loc"]}
    if not bad:
        return []
    try:
        Settings(_secrets_dir=folder or None, **{name: Settings.model_fields[name].default for name in bad})
    except ValidationError as more:
        return sentences(more)
    return []


def sentences(wrong: ValidationError) -> list[str]:
    """Every complaint of the validators."""
    return [line for error in wrong.errors() for line in sentence(error["loc"], error["msg"])]


def sentence(where: tuple[int | str, ...], message: str) -> list[str]:
    """A validator's complaint under the name of the setting, one sentence a line."""
    message = message.removeprefix("Value error, ")
    return [f"{str(where[0]).upper()}: {message}"] if where else message.split("\n")

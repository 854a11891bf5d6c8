"""Where a server is and as whom it is asked, read from OPENAI_BASE_URL and OPENAI_API_KEY. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit, urlunsplit

OPENAI = "https://api.openai.com/v1"
"""Where one is without OPENAI_BASE_URL."""
AZURE = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")
"""Hosts on which a key goes by its own header; a bearer there is a token of the directory."""


@dataclass(frozen=True, slots=True)
class Access:
    """An address without its query, the query (Azure's `api-version`), and the key by the header that it goes in; none without a key."""

    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    sign_in: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_openai(self) -> bool:
        """Whether this is OpenAI's own server, which knows the newest spelling of every parameter."""
        return self.url == OPENAI


def access(base_url: str, key: str) -> Access:
    """What two settings say. An address whose query has an `api-version` is Azure's too, whatever gateway stands before it."""
    parts = urlsplit(base_url or OPENAI)
    query = dict(parse_qsl(parts.query))
    is_azure = "api-version" in query or (parts.hostname or "").endswith(AZURE)
    sign_in = {} if not key else {"api-key": key} if is_azure else {"Authorization": f"Bearer {key}"}
    return Access(urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")), query, sign_in)

"""How the bot signs in to Salesforce: by the secret of a connected app, or by a key that the app knows."""

from urllib.parse import urlsplit

from bot.net.http import Http
from bot.net.oauth import OAuth, Signer, TokenEndpoint, client_credentials, jwt_bearer
from bot.settings import Settings

NAME = "Salesforce"
WITH_SECRET = "An operator has to renew SALESFORCE_CLIENT_SECRET, or correct SALESFORCE_CLIENT_ID and SALESFORCE_TOKEN_URL."  # noqa: S105 - a sentence
WITH_KEY = (
    "An operator has to give the app the certificate of SALESFORCE_PRIVATE_KEY and admit SALESFORCE_USERNAME, or correct SALESFORCE_CLIENT_ID "
    "and SALESFORCE_TOKEN_URL."
)
"""What helps when it refuses."""


def signed_in(http: Http, settings: Settings) -> OAuth:
    """Tokens that each process gets for itself: none of them is good only once, so none is stored.

    The answer does not say when one ends; it counts for 15 minutes, the shortest session that an organisation can set.
    """
    site, client = settings.value("SALESFORCE_URL").rstrip("/"), settings.value("SALESFORCE_CLIENT_ID")
    where = settings.value("SALESFORCE_TOKEN_URL") or f"{site}/services/oauth2/token"
    if key := settings.value("SALESFORCE_PRIVATE_KEY"):
        endpoint = TokenEndpoint(http, NAME, where, client=client, hint=WITH_KEY)
        return OAuth(NAME, jwt_bearer(endpoint, Signer(lines(key), settings.value("SALESFORCE_USERNAME"), audience(where))))
    secret = settings.value("SALESFORCE_CLIENT_SECRET")
    return OAuth(NAME, client_credentials(TokenEndpoint(http, NAME, where, client=client, secret=secret, hint=WITH_SECRET)))


def lines(key: str) -> str:
    r"""A private key with line ends, where the environment could only hold `\n` in their place."""
    return key.replace("\\n", "\n")


def audience(where: str) -> str:
    """For whom an assertion is: the site that the token comes from."""
    parts = urlsplit(where)
    return f"{parts.scheme}://{parts.netloc}"

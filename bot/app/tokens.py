"""Where tokens of OAuth are kept, as a part of a process; cryptography is imported only where there are such tokens."""

from bot.app.store import Store
from bot.net.tokens import NoStores, TokenStores
from bot.settings import Settings
from bot.settings.keys import secret_key


async def open_tokens(settings: Settings, store: Store) -> TokenStores:
    """The stores of those systems for which an operator set a refresh token. What an older SECRET_KEY closed is closed with the new one."""
    if not any(settings.value(name) for name in type(settings).model_fields if name.endswith("_refresh_token")):
        return NoStores()
    from bot.store.access.seal import Seal  # noqa: PLC0415 - half a second of cryptography
    from bot.store.access.tokens import SealedTokens  # noqa: PLC0415 - as above

    secret = secret_key(settings).value
    tokens = SealedTokens(store.database, Seal.derived(secret))
    await tokens.reseal()
    return tokens

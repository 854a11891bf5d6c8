"""The parts of an open knowledge base, as search, ingestion and answering share them."""

from dataclasses import dataclass

from knowledge.index import Index
from knowledge.lane import Lane
from knowledge.lexical import Lexical
from knowledge.ports import Embedder
from knowledge.tokenstore import TokenStore


@dataclass(frozen=True, slots=True)
class Engines:
    """`words` is the thread on which `lexical` is used, `pages` the one on which `tokens` is."""

    index: Index
    lexical: Lexical
    words: Lane
    tokens: TokenStore
    pages: Lane
    embedder: Embedder

"""What can go wrong on the knowledge floor. Each message is a sentence for a person and says what to do.

KnowledgeError
├── Closed       the knowledge base was closed before
├── InUse        another process owns the data directory
├── WrongModel   the index was made with another embedding model
├── BrokenModel  the model's files are missing or not the ones that were published
├── BrokenIndex  the stored index is damaged, or its server cannot be reached
├── BadQuestions a file of labelled questions has a line that cannot be used
├── NotWritten   who writes answers from passages has none; the passages are quoted instead
└── Unreadable   a file cannot be turned into text
    └── Hung     the disk does not answer
"""


class KnowledgeError(Exception):
    """Root of everything that this floor raises on purpose."""


class Closed(KnowledgeError):
    """Somebody uses a knowledge base after its end: a process that stops, or a program that kept it for too long."""

    def __init__(self) -> None:
        super().__init__("The knowledge base is closed: open it again, or ask before it is closed.")


class InUse(KnowledgeError):
    """Another process owns this data directory."""


class WrongModel(KnowledgeError):
    """The vectors in the index come from another embedding model; mixing them would make scores meaningless."""


class BrokenModel(KnowledgeError):
    """The embedding model's weights are missing, or their hash is not the published one."""


class BrokenIndex(KnowledgeError):
    """The stored vectors cannot be read or written: a damaged folder, a full disk, a server that does not answer."""


class BadQuestions(KnowledgeError):
    """A line of a file of labelled questions is not what it should be; the message names the line."""


class Unreadable(KnowledgeError):
    """A file could not be turned into text: unknown format, encrypted, damaged, too large, too slow."""


class Hung(Unreadable):
    """A disk does not answer. It is left alone until it does; what is on it is unknown, not gone."""


class NotWritten(KnowledgeError):
    """There is no text from who was to write one. The message fits behind "No summary: "."""

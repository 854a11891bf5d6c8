"""The tables of what is said and by whom: messages, answers, and where they were."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

from bot.store.tables.schema import metadata

posts = Table(
    "posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(255), nullable=False, unique=True),
    Column("revision", Integer, nullable=False, index=True),
    Column("channel", String(255), nullable=False),
    Column("thread", Integer, nullable=False, default=0),
    Column("author", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("private_to", String(255), nullable=False, default=""),
    Column("draft", String(16), nullable=False, default=""),
    Column("body", JSON, nullable=False),
    Column("at", Double, nullable=False),
    Index("posts_thread", "channel", "thread"),
)
"""What was said in the playground. `thread` is the id of the post it answers, 0 for none."""

sent = Table(
    "sent",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("channel", String(255), nullable=False),
    Column("thread", String(64), nullable=False, default=""),
    Column("post", String(255), nullable=False, default=""),
    Column("draft", String(16), nullable=False, default=""),
    Column("part", Integer, nullable=False, default=0),
    Column("at", Double, nullable=False),
    Index("sent_draft", "draft"),
    Index("sent_thread", "platform", "channel", "thread"),
)
"""What the bot says on a platform that keeps the log: the row stands before the message goes out, `post` once its id is known."""

answers = Table(
    "answers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("question", Text, nullable=False),
    Column("history", JSON, nullable=False),
    Column("body", JSON, nullable=False),
    Column("asked_by", String(255), nullable=False),
    Column("place", String(255), nullable=False),
    Column("at", Double, nullable=False),
)
"""Answers that can be voted on or shared."""

feedback = Table(
    "feedback",
    metadata,
    Column("answer", String(32), nullable=False),
    Column("person", String(255), nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("answer", "person"),
)
"""What people think of an answer, `up` or `down`; the last vote of a person counts."""

conversations = Table(
    "conversations",
    metadata,
    Column("platform", String(16), nullable=False),
    Column("id", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("service_url", String(255), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("person", String(255), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("platform", "id"),
    Index("conversations_person", "platform", "person"),
)
"""Where the bot was spoken to, and at which address it may answer; `person` is whose direct message it is, empty for the others."""

accounts = Table(
    "accounts",
    metadata,
    Column("platform", String(16), nullable=False),
    Column("id", String(255), nullable=False),
    Column("directory_id", String(64), nullable=False),
    Column("name", String(255), nullable=False),
    Column("conversation", String(255), nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("platform", "id"),
    Index("accounts_directory", "platform", "directory_id"),
)
"""Who has spoken to the bot, under which id of the company's directory, and where they can be looked up."""

turns = Table(
    "turns",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("channel", String(255), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("post", String(255), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("author", String(255), nullable=False, default="", server_default=""),
    Index("turns_thread", "platform", "channel", "thread", "at"),
)
"""What was said to the bot and by it, where the platform's log cannot be read back. A few turns a thread are kept.

`author` is the platform's id of who said it, empty for the bot.
"""

offers = Table(
    "offers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("line", Text, nullable=False),
    Column("place", String(400), nullable=False),
    Column("private_to", String(255), nullable=False),
    Column("press", String(255), nullable=False),
    Column("at", Double, nullable=False),
    Column("outside", Boolean, nullable=False, default=False, server_default=false()),
    Column("authors", JSON, nullable=False, default=list, server_default="[]"),
)
"""Buttons under replies. `line` is the command that a press gives, `outside` whether it repeats somebody's words, `authors` by which names
whose they are goes, `press` the id of the press that led to a draft, empty before.
"""

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("channel", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("at", Double, nullable=False),
)
"""Files that were sent in the playground, whose log is ours to keep; a few days."""

heard = Table(
    "heard",
    metadata,
    Column("key", String(400), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("channel", String(255), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("post", String(255), nullable=False),
    Column("speaker", String(255), nullable=False),
    Column("words", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("author", String(255), nullable=False, default="", server_default=""),
    Index("heard_channel", "platform", "channel", "at"),
)
"""What people said where the platform's log cannot be read back, for summaries of it; two weeks. `author` is the
platform's id of who said it.
"""

"""The schema that all tables share, and the database's clock. Times are seconds since 1970, UTC, by the database."""

from typing import Any

from sqlalchemy import Double, MetaData
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

metadata = MetaData()


class now(GenericFunction[float]):  # noqa: N801 - it reads as the SQL function that it is
    """The database's own clock, so that no host's clock decides about a lease."""

    type = Double()
    inherit_cache = True
    name = "countersign_now"


@compiles(now, "sqlite")
def _sqlite_now(_element: now, _compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - the library's signature
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(now, "postgresql")
def _postgresql_now(_element: now, _compiler: SQLCompiler, **_: Any) -> str:  # noqa: ANN401 - the library's signature
    return "extract(epoch from clock_timestamp())::double precision"

"""sqlite-utils on SQLCipher: import both from here, and from nowhere else.

sqlite-utils prefers a module called pysqlite3 over the standard library's. Giving it SQLCipher under that name makes
its error handling and its type checks see the right classes; it only works before the first import of sqlite_utils.
It would also load numpy, a tenth of the program's start, to know the columns of arrays; no array is ever stored here.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlcipher3 import dbapi2 as sqlite3


@contextmanager
def without(module: str) -> Iterator[None]:
    """An import of ``module`` fails inside, as where it is not installed, unless it is loaded already."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None
    try:
        yield
    finally:
        del sys.modules[module]


sys.modules.setdefault("pysqlite3", sqlite3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlite3)
with without("numpy"):
    import sqlite_utils
    from sqlite_utils.utils import sqlite3 as _seen

if _seen is not sqlite3:
    raise ImportError("sqlite_utils was imported before app.store.sqlcipher")

__all__ = ["sqlite3", "sqlite_utils"]

"""sqlite-utils on SQLCipher: import both from here, and from nowhere else.

sqlite-utils prefers a module called pysqlite3 over the standard library's. Giving it SQLCipher under that name makes
its error handling and its type checks see the right classes; it only works before the first import of sqlite_utils.
"""

import sys

from sqlcipher3 import dbapi2 as sqlite3

sys.modules.setdefault("pysqlite3", sqlite3)
sys.modules.setdefault("pysqlite3.dbapi2", sqlite3)

import sqlite_utils  # noqa: E402
from sqlite_utils.utils import sqlite3 as _seen  # noqa: E402

if _seen is not sqlite3:
    raise ImportError("sqlite_utils was imported before app.store.sqlcipher")

__all__ = ["sqlite3", "sqlite_utils"]

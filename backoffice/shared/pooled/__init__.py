"""PostgreSQL behind a pooler that hands a connection over after each transaction (PgBouncer's transaction mode).

What belongs to a session is lost or, worse, left to a stranger there: prepared statements, cursors that outlive their
transaction, SET without LOCAL, locks of a session. `base` is the database's engine in that case, `direct` the way
around the pooler for what needs a session of its own.
"""

from typing import Final

#: What each session of the centre begins with. A pooler takes no such words from whoever connects.
AT_START: Final = {
    # A lock that isn't had within 3 s is answered with "busy, try again" instead of a page that hangs.
    "lock_timeout": "3000",
    # Compiling a plan of many joins took a second and a half where running it takes half of one.
    "jit": "off",
}

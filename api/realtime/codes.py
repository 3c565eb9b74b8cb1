"""Why a socket is closed: docs/sockets.md tells the apps what to do about each."""

from enum import IntEnum


class Code(IntEnum):
    """The numbers that a socket is closed with."""

    # By the protocol's own meaning: larger than anything that is asked here.
    TOO_BIG = 1009
    # Something of ours broke, or the database is away.
    BROKEN = 1011
    NOT_UNDERSTOOD = 4400
    # Nobody is signed in, or no longer.
    SIGNED_OUT = 4401
    # Somebody is, and nothing here is theirs to hear, or no longer.
    MAY_NOT = 4403
    TOKEN_ENDED = 4408
    # The role, a group or the children are others than when the socket began.
    CHANGED = 4409
    TOO_MANY = 4429
    TOO_SLOW = 4430

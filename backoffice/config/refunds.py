"""From which amount on a refund wants more than the usual."""

import environ


def refund_limits(env: environ.Env) -> tuple[int, int]:
    """In EGP: above the first a manager agrees as well; above the second the password is asked for again."""
    return env.int("REFUND_NEEDS_MANAGER_ABOVE", default=1000), env.int("REFUND_PASSWORD_LIMIT", default=500)

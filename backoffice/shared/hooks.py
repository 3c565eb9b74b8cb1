"""How a lower app lets a higher one take part in its write, without importing it.

Not a signal: a hook has one name, typed by the functions connected to it in one place (each app's
`AppConfig.ready`), runs in order, inside the caller's transaction, and an error in it undoes the write.
"""

from collections.abc import Callable


class Hook[**P]:
    """A moment of the domain, e.g. "a seat was taken"; called by the service that makes it happen."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._functions: list[Callable[P, None]] = []

    def connect(self, function: Callable[P, None]) -> None:
        """Call `function` at this moment; connecting twice calls it once."""
        if function not in self._functions:
            self._functions.append(function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        for function in self._functions:
            function(*args, **kwargs)

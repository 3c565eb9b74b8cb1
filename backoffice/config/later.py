"""Packages that others name at their start and hardly ever use: each is loaded when something of it is asked for.

A process that serves pages is measured by its memory, and these would take a sixth of it for nothing. Python's own
`LazyLoader` doesn't do: every further `import` of the name looks at the module's `__spec__`, and there it loads.
"""

import sys
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any

#: Each with who names it.
LATER = (
    "PIL.Image",  # Wagtail's pictures
    "yaml",  # the REST layer's schema
    "charset_normalizer",  # Wagtail's texts, to guess at encodings
    "requests",  # the REST layer's test client
)
_loading = RLock()


class _Later(ModuleType):
    """A module that is empty until somebody asks for what a module doesn't have from its birth."""

    def __getattr__(self, name: str) -> Any:
        spec = self.__spec__
        with _loading:
            if type(self) is _Later and spec is not None and spec.loader is not None:
                self.__class__ = ModuleType
                spec.loader.exec_module(self)
        return getattr(self, name)


def load_later() -> None:
    """Put stand-ins in their places, before anybody imports them."""
    for name in LATER:
        if name not in sys.modules:
            _stand_in(name)


def _stand_in(name: str) -> None:
    spec = find_spec(name)
    if spec is None:
        return
    module = module_from_spec(spec)
    module.__class__ = _Later
    sys.modules[name] = module
    package, _dot, last = name.rpartition(".")
    if package:
        # As the import of a submodule does.
        setattr(sys.modules[package], last, module)

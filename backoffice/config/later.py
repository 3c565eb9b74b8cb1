"""Packages that others name at their start and hardly ever use: each is loaded when something of it is asked for.

A process that serves pages is measured by its memory, and these would take a sixth of it for nothing. Python's own
`LazyLoader` doesn't do: every further `import` of the name looks at the module's `__spec__`, and there it loads.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any

from backoffice.shared.absent import without

#: Each with who names it.
LATER = (
    "PIL.Image",  # Wagtail's pictures
    "yaml",  # the REST layer's schema
    "charset_normalizer",  # Wagtail's texts, to guess at encodings
    "requests",  # the REST layer's test client
)
#: Of each only these are named at the start, and only ever called.
CALLED_LATER = {
    "wagtail.api.validators": ("SiteFilterValidator",),  # Wagtail's chooser of pages; loads pydantic
}
#: What each tries to load at its start, and does well without.
WITHOUT = {
    "jwt": "cryptography",  # for keys in pairs; our tokens are signed with one that the server alone has
}
_one_at_a_time = RLock()
_being_loaded: set[str] = set()


class _Later(ModuleType):
    """A module that is empty until somebody asks for what a module doesn't have from its birth."""

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":
            # `from … import …` asks for it; a package has it from its birth, and this is none.
            raise AttributeError(name)
        with _one_at_a_time:
            # Others wait here until it is whole; what it asks of itself meanwhile it must have already.
            if type(self) is _Later and self.__name__ not in _being_loaded:
                _load(self)
        if type(self) is _Later:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r} yet")
        return getattr(self, name)


def _load(module: ModuleType) -> None:
    spec = module.__spec__
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018  made by `_stand_in`
    _being_loaded.add(module.__name__)
    try:
        spec.loader.exec_module(module)
        module.__class__ = ModuleType
    finally:
        _being_loaded.discard(module.__name__)


def load_later() -> None:
    """Put stand-ins in their places, before anybody imports them."""
    for name in (*LATER, *CALLED_LATER):
        if name not in sys.modules:
            _stand_in(name)
    for name, other in WITHOUT.items():
        with without(other):
            import_module(name)


def _stand_in(name: str) -> None:
    spec = find_spec(name)
    if spec is None:
        return
    module = module_from_spec(spec)
    module.__class__ = _Later
    for called in CALLED_LATER.get(name, ()):
        setattr(module, called, _call_of(module, called))
    sys.modules[name] = module
    package, _dot, last = name.rpartition(".")
    if package:
        # As the import of a submodule does.
        setattr(sys.modules[package], last, module)


def _call_of(module: ModuleType, name: str) -> Callable[..., Any]:
    """Takes the place of something that is only called, until the module has put its own there."""

    def call(*args: Any, **kwargs: Any) -> Any:
        with _one_at_a_time:
            if type(module) is _Later:
                _load(module)
        return getattr(module, name)(*args, **kwargs)

    return call

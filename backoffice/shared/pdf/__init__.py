"""Papers as PDF, right-to-left, with our own fonts and without a browser or a library of the system."""

from .typeset import FONTS, typeset

__all__ = ["FONTS", "typeset"]

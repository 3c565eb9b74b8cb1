"""Papers as PDF, right-to-left, with our own fonts and without a browser or a library of the system."""

from .paper import ArabicPaper

__all__ = ["ArabicPaper"]

"""Long exports: asked for in a page, made by the worker, told of when they are ready, kept for a week."""

from .asking import ask, cancel, must_wait, take, visible_to
from .keeping import forget_files, take_up
from .news import dismiss, look_for_news, news_of

__all__ = [
    "ask",
    "cancel",
    "dismiss",
    "forget_files",
    "look_for_news",
    "must_wait",
    "news_of",
    "take",
    "take_up",
    "visible_to",
]

"""Words as the index keeps them and as a question is taken apart: the same on both sides and in both databases."""

import re
import unicodedata
from typing import Final

from backoffice.shared.text import fold

#: What a question may hold; more is left out. PostgreSQL refuses words beyond two thousand bytes.
MOST_LETTERS: Final = 200
MOST_WORDS: Final = 12
MOST_OF_A_WORD: Final = 60
#: What of one text is indexed: a tsvector takes a megabyte.
_LONGEST_TEXT: Final = 200_000

# PostgreSQL's parser and SQLite's each have their own mind about dashes, addresses, underscores and emojis.
_NO_WORD: Final = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """The text's words alone, folded, with a space between them."""
    plain = fold(text[:_LONGEST_TEXT])
    if not plain.isascii():
        # é is e, ² is 2: SQLite would do that by itself, PostgreSQL not.
        plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    # Once more, for what stood behind a bracket or a quotation mark is at its word's beginning only now.
    return fold(_NO_WORD.sub(" ", plain))


def asked_words(typed: str) -> list[str]:
    """What somebody typed as the words to be found, each of them once."""
    words = folded(typed[:MOST_LETTERS]).split()
    return list(dict.fromkeys(word[:MOST_OF_A_WORD] for word in words))[:MOST_WORDS]

"""PostgreSQL's full text over folded words."""

from modelsearch.backends.database.postgres.postgres import (
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)

from .backend import FoldsEntries, FoldsQuestions


class _Index(FoldsEntries, PostgresIndex):
    """Its index."""


class _Compiler(PostgresSearchQueryCompiler):
    """Finds a word by its beginning too, as long as it is the last: it may not be typed to its end."""

    LAST_TERM_IS_PREFIX = True


class FoldedPostgres(FoldsQuestions, PostgresSearchBackend):
    """Wagtail's own with folded letters."""

    index_class = _Index
    query_compiler_class = _Compiler

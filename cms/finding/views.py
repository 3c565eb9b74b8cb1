"""The page of what was found."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..facts import open_courses, pages_of
from ..frame import menu_of
from ..models.pictures import hang_pictures
from .picks import count_question, picks_for
from .results import MOST, find
from .words import MOST_LETTERS, asked_words


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """GET /search/?q=… and /en/search/: pages and courses, or the open courses where there is nothing else to show."""
    menu = menu_of(request)
    if get_language() != settings.LANGUAGE_CODE and (not menu or menu[0].locale.language_code != get_language()):
        # As everywhere: no address in a language that has no front page.
        raise Http404
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]
    asked = asked_words(typed)
    number = request.GET.get("page")
    found = find(typed, number)
    if not number:
        count_question(request, asked)
    instead = [] if found.object_list else open_courses()
    hang_pictures(pages_of(instead), "card")
    again = request.GET.copy()
    again.pop("page", None)
    context = {
        "menu": menu,
        # The field stands in the page itself.
        "found_here": True,
        "typed": typed,
        "question": bool(asked),
        "picks": picks_for(asked) if found.number == 1 else [],
        "found": found,
        "is_cut": found.paginator.count >= MOST,
        "courses": instead,
        "asked": again.urlencode(),
    }
    response = render(request, "cms/search.html", context)
    # Not for robots: the pages themselves are. Not forbidden in robots.txt, where this wouldn't be read.
    response.headers["X-Robots-Tag"] = "noindex"
    return response

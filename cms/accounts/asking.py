"""Asking for a place in a course: for a child, or for oneself."""

from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateResponseMixin

from backoffice.enrollments.models import EnrollmentRequest
from backoffice.enrollments.selectors import participant_filter
from backoffice.enrollments.services import submit_request
from backoffice.shared.errors import DomainError
from backoffice.users.models import Child, CustomUser, StudentUser
from backoffice.users.selectors import Family, family_of
from backoffice.users.services import add_own_child

from ..facts import CourseFacts, courses_with_seats, facts_of
from .forms import AskForm, ChildForm
from .pages import BUSY, Room

AGAIN = "request_open_already"


class Ask(TemplateResponseMixin, Room):
    """/ask/<course>/: the facts of the course, and beside them the form for whoever may send it."""

    template_name = "cms/ask/ask.html"
    title = gettext_lazy("Ask for a place")
    facts: CourseFacts
    #: Whoever is signed in, with the family; None for a visitor.
    person: CustomUser | None
    family: Family | None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Read the course as it is now, and the family."""
        super().setup(request, *args, **kwargs)
        self.facts = _course_on_show(kwargs["course"])
        self.person = request.user if isinstance(request.user, CustomUser) else None
        self.family = family_of(self.person) if self.person else None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page; `child` in the address names who was just entered."""
        return self._shown()

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Send the request; sent twice it is one, and both are led to it."""
        if self.family is None:
            return redirect(f"{reverse('sign-in')}?next={self._address}")
        form = AskForm(self.family, request.POST)
        if not form.is_valid():
            return self._shown(form=form)
        who = form.participant()
        try:
            made = submit_request(
                course_id=self.facts.course.pk,
                by=self.person,
                child=who if isinstance(who, Child) else None,
                student=who if isinstance(who, StudentUser) else None,
                notes=form.cleaned_data["notes"],
            )
        except DomainError as error:
            known = self._open_request(who) if error.code == AGAIN else None
            if known is not None:
                return redirect(f"{reverse('asked', args=[known.pk])}?again")
            form.refuse(error)
            return self._shown(form=form)
        except OperationalError:
            form.add_error(None, BUSY)
            return self._shown(form=form, status=503)
        return redirect("asked", made.pk)

    @property
    def _address(self) -> str:
        return reverse("ask", args=[self.facts.course.pk])

    def _open_request(self, who: Child | StudentUser) -> EnrollmentRequest | None:
        requests = EnrollmentRequest.objects.open().filter(participant_filter(who), course=self.facts.course)
        found: EnrollmentRequest | None = requests.first()
        return found

    def _shown(self, *, status: int = 200, **forms: Any) -> HttpResponse:
        context = self.get_context_data(facts=self.facts, family=self.family, address=self._address, **forms)
        if self.family is not None:
            named = {"who": self.request.GET.get("child", "")}
            context.setdefault("form", AskForm(self.family, initial=named if named["who"] else None))
            context.setdefault("child_form", ChildForm() if self.family.is_parent else None)
        return self.render_to_response(context, status=status)


class AddChild(Ask):
    """/ask/<course>/child/: a parent enters a child, and goes on asking for the child's place."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The same child twice is one."""
        if self.person is None:
            return redirect(f"{reverse('sign-in')}?next={self._address}")
        form = ChildForm(request.POST)
        if not form.is_valid():
            return self._shown(child_form=form)
        try:
            child = add_own_child(by=self.person, **form.cleaned_data).pk
        except DomainError as error:
            known = form.same_in(family_of(self.person))
            if known is None:
                form.refuse(error)
                return self._shown(child_form=form)
            child = known
        return redirect(f"{self._address}?child={child}")


def _course_on_show(course_id: UUID) -> CourseFacts:
    """A course that visitors see somewhere: one that is over and has no page is nobody's to ask about."""
    rows = list(courses_with_seats().filter(pk=course_id))
    if not rows:
        raise Http404
    (facts,) = facts_of(rows)
    if facts.is_gone and facts.page is None:
        raise Http404
    return facts

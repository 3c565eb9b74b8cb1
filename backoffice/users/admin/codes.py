"""One-time codes at the registrar's desk: shown once, printed, opened as a WhatsApp message, or many at once."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from backoffice.shared.admin import dialog_button
from backoffice.shared.errors import DomainError
from backoffice.shared.phones import local_form

from .. import services
from ..models import CustomUser
from ..selectors import may_edit_account
from ..services.claims import MOST_AT_ONCE, Slip

PERMISSION = "users.change_customuser"
IN_PLACE_OF_THE_DIALOG = {"HX-Retarget": "#dialog", "HX-Reselect": "#dialog", "HX-Reswap": "outerHTML"}


class CodeButton:
    """Gives one-time codes; on the screen of accounts and of the profiles, whose keys are the account's."""

    actions: tuple[str, ...] = ("print_codes",)

    def get_urls(self) -> list[Any]:
        """With the page of a slip."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_code_slip"  # type: ignore[attr-defined]
        page = self.admin_site.admin_view(self.slip_page)  # type: ignore[attr-defined]
        return [path("<uuid:object_id>/code-slip/", page, name=name), *super().get_urls()]  # type: ignore[misc]

    @dialog_button(
        title=gettext_lazy("One-time code"),
        description=gettext_lazy(
            "Makes a code by which the person sets the first or a forgotten password in the app. It is shown once; "
            "a code that was made before no longer works."
        ),
        permission=PERMISSION,
        icon="pin",
    )
    def give_code(self, request: HttpRequest, form: Any, obj: Any) -> HttpResponse:
        """Make the code and show it."""
        user = obj if isinstance(obj, CustomUser) else obj.user
        slip = services.make_slip(user.pk, by=request.user)  # type: ignore[arg-type]
        opts = self.opts  # type: ignore[attr-defined]
        page = reverse(f"admin:{opts.app_label}_{opts.model_name}_code_slip", args=[user.pk])
        context = {"slip": slip, "slip_page": page, "number": _number(slip), "whatsapp": whatsapp_link(slip)}
        answer = render(request, "admin/users/claim_code.html", context)
        for name, value in IN_PLACE_OF_THE_DIALOG.items():
            answer.headers[name] = value
        return _kept_by_nobody(answer)

    def slip_page(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The slip of the code that the dialog showed: it is sent here, for nobody keeps it."""
        user = CustomUser.objects.filter(pk=object_id).first()
        if user is None or self.get_object(request, str(object_id)) is None:  # type: ignore[attr-defined]
            raise Http404
        if not (request.user.has_perm(PERMISSION) and may_edit_account(request.user, user)):  # type: ignore[arg-type]
            raise PermissionDenied
        slip = services.slip_of(user, code=request.POST.get("code", "")) if request.method == "POST" else None
        if slip is None:
            messages.warning(request, _("This code no longer works: make a new one."))
            opts = self.opts  # type: ignore[attr-defined]
            back = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[object_id])
            return HttpResponseRedirect(back)
        return slips_page(request, [slip])

    def has_give_codes_permission(self, request: HttpRequest) -> bool:
        """Whether the person gives codes."""
        return bool(request.user.has_perm(PERMISSION))

    @action(permissions=["give_codes"], description=gettext_lazy("Print one-time codes for the selected"))
    def print_codes(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Say what is going to happen, then make the codes and print their slips."""
        ids = list(queryset.order_by().values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(ids) > MOST_AT_ONCE:
            sentence = _("Codes are made for %(count)s people at most at once.")
            messages.error(request, sentence % {"count": MOST_AT_ONCE})
            return None
        people = [one for one in CustomUser.objects.filter(pk__in=ids) if one.is_active and one.pk != request.user.pk]
        people = [one for one in people if may_edit_account(request.user, one)]  # type: ignore[arg-type]
        if not people:
            messages.error(request, _("For none of the selected may you make a code."))
            return None
        if "apply" not in request.POST:
            return self._ask(request, people, left_out=len(ids) - len(people))
        try:
            slips = services.make_slips([one.pk for one in people], by=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.error(request, str(error))
            return None
        return slips_page(request, slips)

    def _ask(self, request: HttpRequest, people: list[CustomUser], *, left_out: int) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("Print one-time codes for the selected"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "people": people,
            "left_out": left_out,
            "signed_in_before": sum(one.has_usable_password() for one in people),
            "ids": [one.pk for one in people],
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "admin/users/print_codes.html", context)


def slips_page(request: HttpRequest, slips: list[Slip]) -> HttpResponse:
    """Slips of A6, four on an A4 page; for families, so in Arabic whatever language the person's screens are in."""
    papers = [{"slip": slip, "number": _number(slip)} for slip in slips]
    with translation.override("ar"):
        return _kept_by_nobody(render(request, "admin/users/code_slips.html", {"papers": papers}))


def whatsapp_link(slip: Slip) -> str:
    """Opens WhatsApp with the message ready; in Arabic, for the family reads it."""
    with translation.override("ar"):
        message = _(
            "Redwan Courses Center: your code is %(code)s. Open the app, choose “I have a code”, and set your "
            "password. The code works once, for 7 days. Give it to nobody."
        ) % {"code": slip.code}
    return f"https://wa.me/{str(slip.user.phone_number1).removeprefix('+')}?text={quote(message)}"


def _number(slip: Slip) -> str:
    return local_form(str(slip.user.phone_number1))


def _kept_by_nobody(answer: HttpResponse) -> HttpResponse:
    answer.headers["Cache-Control"] = "no-store"
    return answer

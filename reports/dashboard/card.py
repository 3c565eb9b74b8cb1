"""What a card of the first page is, and for whom it is made."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.shared.figures import Figure, Figured
from backoffice.users.models import CustomUser

from ..words import words_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


_NONE: Final = Figure()


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at the page, when, and the drawer they have open, whose sums nobody tells them."""

    user: CustomUser
    now: dt.datetime
    drawer: Figure = _NONE

    @property
    def today(self) -> dt.date:
        """The day in Cairo."""
        return self.now.date()

    @property
    def has_to_count(self) -> bool:
        """Whether sums are kept from them; `payments.selectors.drawers` has the rule."""
        return self.drawer.count > 0

    def may(self, permission: str) -> bool:
        """Whether they hold it."""
        return self.user.has_perm(permission)


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as it stands on the page: one figure, and the page that proves it.

    `waits` when somebody should do something about it; `share` (%) is drawn as a bar.
    """

    title: "StrOrPromise"
    figure: str
    icon: str
    url: str
    note: str = ""
    waits: bool = False
    share: Decimal | None = None


class Card:
    """A card of the day: for whom it is, the one selector its figure comes from, and how it reads."""

    #: What the page behind it asks for, or the act that it waits for.
    permission: ClassVar[str]
    title: ClassVar["StrOrPromise"]
    icon: ClassVar[str]
    #: Adds up what cashiers took: who has a drawer open counts it first.
    adds_up: ClassVar[bool] = False

    def asks(self, viewer: Viewer) -> Figured:
        """The selector."""
        raise NotImplementedError

    def reads(self, figure: Figure, viewer: Viewer) -> Shown:
        """The card for the figure."""
        raise NotImplementedError

    def shown(self, figure: Figure, viewer: Viewer) -> Shown:
        """The card; without its sum for who has to count."""
        if self.adds_up and viewer.has_to_count:
            return Shown(self.title, "•••", self.icon, own_drawer_list(viewer), _("Shown once your drawer is counted"))
        return self.reads(figure, viewer)

    def card(self, figure: str, url: str, note: str = "", *, waits: bool = False) -> Shown:
        """What is shown, with the card's own title and icon."""
        return Shown(self.title, figure, self.icon, url, note, waits)


def list_of(model: type[Model], **filters: Any) -> str:
    """The address of the staff's list of a model, filtered."""
    options = model._meta
    address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return f"{address}?{_query(filters)}" if filters else address


def report_of(slug: str, **filters: Any) -> str:
    """The address of a report, filtered."""
    return f"{reverse('report', args=[slug])}?{_query(filters)}"


def own_drawer_list(viewer: Viewer) -> str:
    """The list of sessions with the person's open one alone."""
    from backoffice.payments.models import CashSession

    return list_of(CashSession, closed_at__isempty=1, cashier__id__exact=viewer.user.pk)


def egp(amount: Decimal) -> str:
    """An amount as a card says it."""
    return _("%(amount)s EGP") % {"amount": words_of(amount, "money")}


def _query(filters: Mapping[str, Any]) -> str:
    return urlencode(
        {name: f"{value:%Y-%m-%d}" if isinstance(value, dt.date) else value for name, value in filters.items()}
    )

"""All reports of the centre: one file of `reports.catalogue` each."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from . import catalogue
from .definition import Report, registered

if TYPE_CHECKING:
    from backoffice.users.models import CustomUser


@cache
def reports() -> dict[str, Report]:
    """Every report by its slug, in the order of the catalogue's files."""
    for module in iter_modules(catalogue.__path__):
        import_module(f"{catalogue.__name__}.{module.name}")
    return {report.slug: report for report in registered()}


def reports_for(user: "CustomUser | Any") -> list[Report]:
    """The reports that the person may see."""
    return [report for report in reports().values() if user.has_perm(report.permission)]

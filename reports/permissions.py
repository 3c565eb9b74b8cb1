"""Each report has a permission of its own, made from the catalogue: a new report needs no migration."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import override

from .registry import reports


def make_permissions(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Make the permissions that are missing and take away those of reports that are gone; after every migrate.

    Each is called as its report, whose title has its Arabic already.
    """
    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType

    from .models import Report

    kind = ContentType.objects.db_manager(using).get_for_model(Report)
    rows = Permission.objects.using(using).filter(content_type=kind)
    wanted = {report.codename: report for report in reports().values()}
    rows.exclude(codename__in=wanted).delete()
    known = set(rows.values_list("codename", flat=True))
    with override("en"):
        Permission.objects.using(using).bulk_create(
            Permission(content_type=kind, codename=codename, name=str(report.title))
            for codename, report in wanted.items()
            if codename not in known
        )

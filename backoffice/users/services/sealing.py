"""Sealing what people's accounts keep sealed anew, after the key was changed."""

from itertools import batched

from django.db import transaction
from django.db.models import Model, QuerySet

from backoffice.shared.sealed import Resealed, Unreadable

from ..models import CustomUser, SecondFactor

_BATCH = 500


def reseal_documents() -> Resealed:
    """Put every document's number under the newest key, and what it is found by; in steps, while others work.

    Changes nothing that a person would see, so it isn't in the trail. May be cut off and run again.
    """
    return _reseal(CustomUser.objects.exclude(document_hash=""), "identity_number")


def reseal_second_factors() -> Resealed:
    """The same with the secrets that the staff's telephones share. Codes on paper are hashes, and stay as they are."""
    return _reseal(SecondFactor.objects.all(), "secret")


def _reseal(rows: QuerySet[CustomUser] | QuerySet[SecondFactor], field: str) -> Resealed:
    sealed = unreadable = 0
    for batch in batched(list(rows.order_by("pk").values_list("pk", flat=True)), _BATCH):
        with transaction.atomic():
            held: list[Model] = list(rows.select_for_update(of=("self",)).filter(pk__in=batch).order_by("pk"))
            for row in held:
                if isinstance(getattr(row, field), Unreadable):
                    unreadable += 1
                else:
                    row.save(update_fields=[field])
                    sealed += 1
    return Resealed(sealed, unreadable)

"""Sealing people's documents anew after the key was changed."""

from itertools import batched

from django.db import transaction

from backoffice.shared.sealed import Resealed, Unreadable

from ..models import CustomUser

_BATCH = 500


def reseal_documents() -> Resealed:
    """Put every number under the newest key, and what it is found by; in steps, while others work.

    Changes nothing that a person would see, so it isn't in the trail. May be cut off and run again.
    """
    keys = CustomUser.objects.exclude(document_hash="").order_by("pk").values_list("pk", flat=True)
    sealed = unreadable = 0
    for batch in batched(list(keys), _BATCH):
        with transaction.atomic():
            users = list(CustomUser.objects.select_for_update(of=("self",)).filter(pk__in=batch).order_by("pk"))
            for user in users:
                if isinstance(user.identity_number, Unreadable):
                    unreadable += 1
                else:
                    user.save(update_fields=["identity_number"])
                    sealed += 1
    return Resealed(sealed, unreadable)

"""By whose words a payment is found."""

from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _


class PaymentParty(models.Model):
    """The participant and the payer of payments, with the words of both in one text.

    An index and no ledger: on PostgreSQL triggers make the rows and keep their words, elsewhere there are none. Two
    rows of the same two people do no harm, so nobody ever waits for a row of somebody else's.
    """

    id = models.AutoField(primary_key=True)
    # The child or the adult student of the place; nobody for money on a family's account.
    participant_id = models.UUIDField(_("participant"), null=True, db_index=True)
    payer_id = models.UUIDField(_("payer"), db_index=True)
    participant_text = models.TextField(_("words of the participant"))
    payer_text = models.TextField(_("words of the payer"))
    words = models.GeneratedField(
        verbose_name=_("words"),
        expression=Concat("participant_text", Value("\n", output_field=models.TextField()), "payer_text"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("people of a payment")
        verbose_name_plural = _("people of payments")
        default_permissions = ()

    def __str__(self) -> str:
        return self.words

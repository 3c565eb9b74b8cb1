"""A payment's request is cut at each of its bytes: it is written wholly or not at all, and sent again it is one."""

import os
import socket
import struct
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection

from backoffice.payments.ledger import check_ledger
from backoffice.payments.models import Payment, Receipt

from .centre import eventually
from .people import Cashier

pytestmark = pytest.mark.server
# A step that is no divisor of much meets every part of the request.
STEP = 13
# How the image serves is cut at each byte, the other at some (FAULT_STEP=1: at each too).
STEPS = {"uvicorn": int(os.environ.get("FAULT_STEP", STEP)), "server": 1}
# Close with a reset, as a telephone that has lost its network does not, but a killed app does.
RESET = struct.pack("ii", 1, 0)


class Cut:
    """One payment, whose request is sent up to some byte."""

    def __init__(self, cashier, number):
        self.cashier, self.n = cashier, number
        typed = {"_form_submitted": "1", "amount": "25", "method": "cash", "reference_number": "", "notes": "نقدًا"}
        self.typed = typed | {"idempotency_key": str(uuid4())}

    @property
    def request(self):
        """All of it, as bytes."""
        body = urlencode(self.typed).encode()
        address = self.cashier.addresses[self.n % len(self.cashier.addresses)]
        headers = self.cashier.headers | {"Host": f"127.0.0.1:{self.cashier.centre.port}", "Content-Length": len(body)}
        lines = [f"POST {address} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode() + body

    def send(self, upto, *, reset):
        """The beginning of it, and no more."""
        with socket.create_connection(("127.0.0.1", self.cashier.centre.port)) as line:
            line.sendall(self.request[:upto])
            if reset:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def rows(self):
        """What the database has of it."""
        return Payment.objects.filter(idempotency_key=self.typed["idempotency_key"]).count()

    def again(self):
        """As the cashier's second try; until it is acknowledged."""
        eventually(lambda: self.cashier.do((self.n, self.typed)))


@pytest.mark.parametrize("kind", STEPS)
def test_a_payment_is_cut_at_every_byte(centre, kind):
    centre.start_web(kind)
    cashier = Cashier(centre)
    whole = len(Cut(cashier, 0).request)
    # The last bytes are the interesting ones: the key stands there, and one byte more is a payment.
    places = sorted({*range(1, whole, STEPS[kind]), *range(whole - 5, whole)})
    cuts = [Cut(cashier, n) for n, _place in enumerate(places)]
    for n, (place, cut) in enumerate(zip(places, cuts, strict=True)):
        cut.send(place, reset=n % 2 == 0)
    # Nobody waits for the answer of these, and each is a payment all the same, or none.
    unheard = [Cut(cashier, n) for n in range(6)]
    for n, cut in enumerate(unheard):
        cut.send(whole, reset=n % 2 == 0)
    Cut(cashier, 0).again()
    connection.close()
    assert [cut.rows() for cut in cuts] == [0] * len(cuts)
    assert all(cut.rows() in (0, 1) for cut in unheard)

    sent_again = {*range(1, whole, STEP), *range(whole - 5, whole)}
    again = [*(cut for place, cut in zip(places, cuts, strict=True) if place in sent_again), *unheard]
    for cut in again:
        cut.again()
    assert [cut.rows() for cut in again] == [1] * len(again)
    rows = Payment.objects.filter(enrollment__in=cashier.places)
    assert rows.count() == len(again) + 1 == Receipt.objects.filter(payment__in=rows).count()
    cashier.check()
    assert not cashier.strange
    assert list(check_ledger()) == []

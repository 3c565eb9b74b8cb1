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
# FAULT_STEP=1 cuts at each byte; a step that is no divisor of much meets every part of the request.
STEP = int(os.environ.get("FAULT_STEP", "13"))
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


@pytest.mark.parametrize("kind", ["uvicorn", "server"])
def test_a_payment_is_cut_at_every_byte(centre, kind):
    centre.start_web(kind)
    cashier = Cashier(centre)
    whole = len(Cut(cashier, 0).request)
    # The last bytes are the interesting ones: the key stands there, and one byte more is a payment.
    places = sorted({*range(1, whole, STEP), *range(whole - 5, whole)})
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

    everything = [*cuts, *unheard]
    for cut in everything:
        cut.again()
    assert [cut.rows() for cut in everything] == [1] * len(everything)
    rows = Payment.objects.filter(enrollment__in=cashier.places)
    assert rows.count() == len(everything) + 1 == Receipt.objects.filter(payment__in=rows).count()
    cashier.check()
    assert not cashier.strange
    assert list(check_ledger()) == []

"""A busy centre: threads that do anything to the same few places, in an order that a seed decides."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, ClassVar

from django.db import connections
from django.db.models import F

from backoffice.courses.models import Course
from backoffice.courses.tests.makers import make_course
from backoffice.enrollments import services as places
from backoffice.enrollments.models import Enrollment, EnrollmentRequest
from backoffice.payments import services as money
from backoffice.payments.models import CashSession, Payment, RefundRequest
from backoffice.shared.errors import DomainError
from backoffice.users.tests.makers import huda, make_child, make_parent, manager

THREADS = 8
METHODS = ["cash", "cash", "card", "bank_transfer", "instapay", "vodafone_cash", "other"]


class Busy:
    """The centre, and what was done, refused and failed, by the name of the step."""

    WEIGHTS: ClassVar[dict[str, int]] = {
        "ask": 6, "ask_with_money": 2, "accept": 8, "accept_several": 1, "wait": 2, "refuse": 1, "cancel": 2,
        "expire": 1, "drop": 3, "suspend": 1, "resume": 1, "complete": 1, "add_a_seat": 1, "new_course": 1,
        "enrol": 3, "overbook": 1, "reactivate": 3, "transfer": 4, "change_price": 2, "sweep": 2, "pay": 8,
        "pay_again": 2, "promise": 2, "settle": 2, "void": 1, "ask_for_refund": 3, "approve": 3, "reject": 1,
        "process": 4, "agree": 2, "credit": 3, "use_credit": 4, "release": 2, "split": 2, "open": 3, "close": 1,
        "explain": 4, "confirm": 2, "print": 1,
    }  # fmt: skip

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.done, self.refused = Counter[str](), Counter[str]()
        self.failed: list[tuple[str, Exception]] = []
        self.courses = [make_course(capacity=seats, price=Decimal(300)) for seats in (2, 3, 3, 4)]
        self.families = [make_parent() for _ in range(8)]
        self.children = [make_child(parent) for parent in self.families for _ in range(2)]
        # Superusers: what is refused is refused by the rules and not by a permission.
        self.staff = [manager() for _ in range(3)]
        for one in self.staff:
            one.is_superuser = True
            one.save()
        self.accountants = [huda(), huda()]
        for cashier in self.staff:
            money.open_cash_session(opening_float=Decimal(1000), by=cashier)

    def work(self, operations: int, *, until_failed: bool = False) -> None:
        """Let the threads do so many operations, or until the first one fails."""
        left, turn = [operations], threading.Lock()
        begin = threading.Barrier(THREADS)

        def one_thread(number: int) -> None:
            chance = random.Random(self.seed * 100 + number)
            try:
                begin.wait(timeout=60)
                while True:
                    with turn:
                        if not left[0] or (until_failed and self.failed):
                            return
                        left[0] -= 1
                    self._step(chance)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(THREADS) as pool:
            for future in [pool.submit(one_thread, number) for number in range(THREADS)]:
                future.result()

    def _step(self, chance: random.Random) -> None:
        names = list(self.WEIGHTS)
        name = chance.choices(names, [*self.WEIGHTS.values()])[0]
        step: Callable[[random.Random], Any] = getattr(self, name)
        try:
            if step(chance) is not False:
                self.done[name] += 1
        except DomainError as error:
            self.refused[f"{name}: {error.code}"] += 1
        except Exception as error:
            self.failed.append((name, error))

    # Picking: any row, whatever its state, for most refusals are races of their own.
    def _any(self, chance: random.Random, rows: Any) -> Any:
        """A random row's key, of those that a step fits mostly; DomainError when there is none."""
        if chance.random() < 0.1:
            rows = rows.model.objects.all()
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:200])
        if not keys:
            raise DomainError("nothing_there", "")
        return chance.choice(keys)

    def _request(self, chance: random.Random) -> Any:
        return self._any(chance, EnrollmentRequest.objects.open())

    def _place(self, chance: random.Random) -> Any:
        return self._any(chance, Enrollment.objects.holding_seat())

    def _by(self, chance: random.Random) -> Any:
        return chance.choice(self.staff)

    def _amount(self, chance: random.Random) -> Decimal:
        return Decimal(chance.choice([1, 50, 3333, 10_000, 30_000])) / 100

    # Places.
    def ask(self, chance: random.Random) -> Any:
        course, child = chance.choice(self.courses), chance.choice(self.children)
        return places.submit_request(course_id=course.pk, child=child, by=self._by(chance))

    def ask_with_money(self, chance: random.Random) -> Any:
        """As an imported sheet leaves it."""
        request = self.ask(chance)
        # Somebody may have decided on it already: then it has no money.
        undecided = EnrollmentRequest.objects.open().filter(pk=request.pk)
        return bool(undecided.update(paid_before=Decimal(50), payment_method="other"))

    def accept(self, chance: random.Random) -> Any:
        return places.accept_request(self._request(chance), by=self._by(chance))

    def accept_several(self, chance: random.Random) -> Any:
        return places.accept_many([self._request(chance) for _ in range(3)], by=self._by(chance))

    def wait(self, chance: random.Random) -> Any:
        return places.put_on_waiting_list(self._request(chance), by=self._by(chance))

    def refuse(self, chance: random.Random) -> Any:
        return places.refuse_request(self._request(chance), by=self._by(chance), reason="س")

    def cancel(self, chance: random.Random) -> Any:
        return places.cancel_request(self._request(chance), by=self._by(chance))

    def expire(self, chance: random.Random) -> Any:
        return places.expire_request(self._request(chance))

    def drop(self, chance: random.Random) -> Any:
        return places.drop_enrollment(self._place(chance), by=self._by(chance), reason="س")

    def suspend(self, chance: random.Random) -> Any:
        return places.suspend_enrollment(self._place(chance), by=self._by(chance), reason="س")

    def resume(self, chance: random.Random) -> Any:
        suspended = Enrollment.objects.filter(status="suspended")
        return places.resume_enrollment(self._any(chance, suspended), by=self._by(chance), reason="س")

    def complete(self, chance: random.Random) -> Any:
        return places.complete_enrollment(self._place(chance), by=self._by(chance), reason="س")

    def add_a_seat(self, chance: random.Random) -> Any:
        course = chance.choice(self.courses)
        # Never more than so many, or nobody would ever wait.
        if not Course.objects.filter(pk=course.pk, capacity__lt=10).update(capacity=F("capacity") + 1):
            raise DomainError("many_seats", "")
        return places.seats_added(course.pk, by=self._by(chance))

    def new_course(self, chance: random.Random) -> Any:
        """In place of an old one, or in the end everybody would have completed everything."""
        self.courses[chance.randrange(len(self.courses))] = make_course(capacity=3, price=Decimal(300))

    def enrol(self, chance: random.Random, overbook_reason: str = "") -> Any:
        """The office's own button."""
        course, child = chance.choice(self.courses), chance.choice(self.children)
        by = self._by(chance)
        return places.enrol_directly(course_id=course.pk, child=child, by=by, overbook_reason=overbook_reason)

    def overbook(self, chance: random.Random) -> Any:
        return self.enrol(chance, overbook_reason="س")

    def reactivate(self, chance: random.Random) -> Any:
        dropped = Enrollment.objects.filter(status="dropped")
        return places.reactivate_enrollment(self._any(chance, dropped), by=self._by(chance), reason="س")

    def transfer(self, chance: random.Random) -> Any:
        course = chance.choice(self.courses)
        return places.transfer_enrollment(self._place(chance), course_id=course.pk, by=self._by(chance), reason="س")

    def change_price(self, chance: random.Random) -> Any:
        amount = chance.choice([-1, 1]) * self._amount(chance)
        return places.change_price(self._place(chance), amount=amount, reason="س", by=self._by(chance))

    def sweep(self, chance: random.Random) -> Any:
        """The worker ends the offers that nobody took."""
        return places.expire_offers()

    # Money.
    def pay(self, chance: random.Random, key: str | None = None) -> Any:
        method = chance.choice(METHODS)
        return money.record_payment(
            enrollment_id=self._place(chance),
            amount=self._amount(chance),
            method=method,
            # Now and then two have the same.
            reference_number="" if method in ("cash", "other") else f"TX{chance.randrange(100_000)}",
            by=self._by(chance),
            idempotency_key=key,
        )

    def pay_again(self, chance: random.Random) -> Any:
        """A click that others do as well."""
        return self.pay(chance, key=f"click {chance.randrange(50)}")

    def promise(self, chance: random.Random) -> Any:
        return money.record_promise(
            enrollment_id=self._place(chance), amount=self._amount(chance), method="cash", by=self._by(chance)
        )

    def settle(self, chance: random.Random) -> Any:
        promises = Payment.objects.filter(status="pending")
        return money.settle_payment(self._any(chance, promises), by=self._by(chance))

    def void(self, chance: random.Random) -> Any:
        promises = Payment.objects.filter(status="pending")
        return money.void_payment(self._any(chance, promises), by=self._by(chance), reason="س")

    def ask_for_refund(self, chance: random.Random) -> Any:
        payment = self._any(chance, Payment.objects.settled())
        amount = chance.choice([Payment.objects.get(pk=payment).amount, self._amount(chance)])
        return money.request_refund(payment, amount=amount, reason="س", by=self._by(chance))

    def approve(self, chance: random.Random) -> Any:
        asked = RefundRequest.objects.filter(status="requested")
        return money.approve_refund(self._any(chance, asked), by=chance.choice(self.accountants + self.staff))

    def reject(self, chance: random.Random) -> Any:
        asked = RefundRequest.objects.filter(status="requested")
        return money.reject_refund(self._any(chance, asked), by=chance.choice(self.accountants), reason="س")

    def process(self, chance: random.Random) -> Any:
        approved = RefundRequest.objects.filter(status="approved")
        # Now and then two have the same.
        number = f"TX{chance.randrange(100_000)}"
        return money.process_refund(self._any(chance, approved), by=self._by(chance), reference_number=number)

    def agree(self, chance: random.Random) -> Any:
        approved = RefundRequest.objects.filter(status="approved", needs_manager=True, manager_by=None)
        return money.agree_to_refund(self._any(chance, approved), by=self._by(chance))

    def credit(self, chance: random.Random) -> Any:
        family, method = chance.choice(self.families), chance.choice(["cash", "other"])
        return money.record_credit(family, amount=self._amount(chance), method=method, why="س", by=self._by(chance))

    def use_credit(self, chance: random.Random) -> Any:
        return money.use_credit(self._place(chance), amount=self._amount(chance), by=self._by(chance))

    def release(self, chance: random.Random) -> Any:
        return money.release_to_account(
            self._place(chance), amount=self._amount(chance), by=self._by(chance), reason="س"
        )

    def split(self, chance: random.Random) -> Any:
        family = chance.choice(self.families)
        keys = list(Enrollment.objects.holding_seat().filter(child__primary_parent=family).values_list("pk", flat=True))
        parts = [(key, self._amount(chance)) for key in chance.sample(keys, len(keys))[:3]]
        return money.record_split(parts, method="cash", by=self._by(chance))

    def open(self, chance: random.Random) -> Any:
        return money.open_cash_session(opening_float=Decimal(1000), by=self._by(chance))

    def close(self, chance: random.Random) -> Any:
        session = self._any(chance, CashSession.objects.open())
        return money.close_cash_session(session, counted=Decimal(1000), by=self._by(chance))

    def explain(self, chance: random.Random) -> Any:
        session = self._any(chance, CashSession.objects.filter(closed_at__isnull=False))
        cashier = CashSession.objects.get(pk=session).cashier
        return money.explain_difference(session, reason="س", by=cashier)

    def confirm(self, chance: random.Random) -> Any:
        session = self._any(chance, CashSession.objects.filter(closed_at__isnull=False))
        return money.confirm_cash_session(session, by=self._by(chance))

    def print(self, chance: random.Random) -> Any:
        payments = list(Payment.objects.settled().order_by("pk").values_list("pk", flat=True)[:50])
        if not payments:
            raise DomainError("nothing_there", "")
        return money.print_receipt(chance.choice(payments), by=self._by(chance))

"""What a place costs, step by step; pure, so that rules of discount and instalments can come in here later."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from backoffice.shared.money import CENT

LIST_PRICE = "list_price"
DISCOUNT = "discount"


@dataclass(frozen=True)
class Discount:
    """An amount off the course's price, in EGP, and why it is given."""

    amount: Decimal
    reason: str


@dataclass(frozen=True)
class PriceStep:
    """What one thing added to the price, or took off it (below zero), in EGP."""

    kind: str
    amount: Decimal
    reason: str = ""


@dataclass(frozen=True)
class Price:
    """A price in EGP and the steps that add up to it."""

    total: Decimal
    steps: tuple[PriceStep, ...]


def agree_price(list_price: Decimal, discounts: Iterable[Discount] = ()) -> Price:
    """The course's price, then each discount in its order: to the piastre, and never below zero.

    A discount of more than what is left takes what is left; whether that is allowed is the service's question.
    """
    total = to_the_piastre(list_price)
    steps = [PriceStep(LIST_PRICE, total)]
    for discount in discounts:
        off = min(to_the_piastre(discount.amount), total)
        total -= off
        steps.append(PriceStep(DISCOUNT, -off, discount.reason))
    return Price(total, tuple(steps))


def to_the_piastre(amount: Decimal) -> Decimal:
    """The amount with two decimals; half a piastre goes up."""
    return amount.quantize(CENT, ROUND_HALF_UP)

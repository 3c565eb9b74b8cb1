"""How often the form may be sent: all of its rates stand here."""

from dataclasses import dataclass
from typing import Final

from backoffice.shared.limits import count_try

HOUR: Final = 60 * 60
DAY: Final = 24 * HOUR


@dataclass(frozen=True)
class Rate:
    """So many in so many seconds."""

    name: str
    limit: int
    seconds: int

    def wait_of(self, who: str) -> float:
        """Count one of `who`; 0, or for one too many the seconds until there may be another."""
        counted = count_try(self.name, who, limit=self.limit, seconds=self.seconds)
        return 0 if counted.allowed else counted.wait


#: Whatever is sent, faulty or not: no person needs more, and past it nothing is looked at.
SENT: Final = Rate("lead_sent", 60, HOUR)
#: And what is sent past that: so many times it is answered with a whole page, then with one that costs next to nothing.
FLOOD: Final = Rate("lead_flood", 60, HOUR)
#: Numbers that are kept. Behind one address of a mobile network sit many families.
BY_ADDRESS: Final = Rate("lead_address", 10, HOUR)
BY_NUMBER: Final = Rate("lead_number", 3, DAY)
#: From everywhere together: more than the office can call, and what a crowd of machines gets at most.
IN_ALL: Final = Rate("lead_all", 200, HOUR)


def wait_to_leave(*, number: str, address: str) -> float:
    """Count a number that is about to be kept; 0, or the seconds to wait."""
    return BY_NUMBER.wait_of(number) or BY_ADDRESS.wait_of(address) or IN_ALL.wait_of("all")

"""The small centre of the API's own walk: a family, their teacher, money, marks; made once for a file."""

import pytest

from api.tests.authorisation.conftest import world as world
from backoffice.users.tests.makers import make_staff


@pytest.fixture
def nobody_of_the_staff():
    """Somebody who may open the staff's pages and hold nothing in them."""
    return make_staff()

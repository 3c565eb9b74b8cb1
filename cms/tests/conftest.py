import pytest

from .makers import the_home


@pytest.fixture
def home(db):
    """The site with its front page."""
    return the_home()

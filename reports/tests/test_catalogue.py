"""What holds for every report as a file of the project."""

from pathlib import Path

import pytest

from backoffice.config import roles
from reports import catalogue
from reports.registry import reports

FILES = sorted(path for path in Path(catalogue.__file__).parent.glob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_report_is_one_file_of_less_than_sixty_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60


def test_each_file_is_one_report():
    assert len(FILES) == len(reports())


def test_who_sees_the_staffs_pay_may_see_salaries():
    shown = reports()["instructors"].permission
    seeing = {name for name, permissions in roles.TABLE.items() if shown in permissions}
    assert seeing
    assert all("users.view_salary" in roles.TABLE[name] for name in seeing)

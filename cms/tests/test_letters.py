"""The site's letters are those of the back office and the papers; only how long a page waits for them differs."""

import re
from pathlib import Path

STYLES = Path(__file__).resolve().parents[2] / "backoffice/static/css"


def faces(name, display):
    """Each @font-face of a file, without how it is waited for; all of them are waited for in that way."""
    found = re.findall(r"@font-face \{.*?\}", (STYLES / name).read_text(), re.DOTALL)
    line = f"  font-display: {display};\n"
    assert found
    assert [one for one in found if line not in one] == []
    return {one.replace(line, "") for one in found}


def test_the_two_lists_of_letters_agree():
    assert faces("site-fonts.css", "optional") <= faces("fonts.css", "swap")


def test_every_weight_that_the_site_uses_is_among_its_own():
    used = set(re.findall(r"font-weight: (\d+)|font: (\d+) ", (STYLES / "site.css").read_text()))
    kept = {re.search(r"font-weight: (\d+)", one)[1] for one in faces("site-fonts.css", "optional")}
    assert {weight for pair in used for weight in pair if weight} <= kept

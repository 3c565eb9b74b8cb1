import pytest

from backoffice.shared.management.commands.mirror_unfold_styles import (
    fingerprint,
    mirror,
    mirrored_stylesheet,
    unfold_stylesheet,
)


def body_of(css: str) -> str:
    return mirror(css).split("\n", 1)[1]


def test_our_stylesheet_was_made_from_the_installed_unfold() -> None:
    made_from = mirrored_stylesheet().read_text().split("\n", 1)[0]
    assert made_from == fingerprint(unfold_stylesheet().read_text()), (
        "Unfold's stylesheet has changed: run manage.py mirror_unfold_styles and look at the pages in both languages."
    )


def test_our_stylesheet_is_what_the_command_writes() -> None:
    assert mirrored_stylesheet().read_text() == mirror(unfold_stylesheet().read_text())


@pytest.mark.parametrize(
    ("physical", "logical"),
    [
        (".ml-2{margin-left:2px}", ".ml-2{margin-inline-start:2px}"),
        (".a{color:red;padding-right:var(--x)!important}", ".a{color:red;padding-inline-end:var(--x)!important}"),
        (
            ".b{border-left-style:solid;border-left-width:1px}",
            ".b{border-inline-start-style:solid;border-inline-start-width:1px}",
        ),
        (".c{left:0;right:auto}", ".c{inset-inline-start:0;inset-inline-end:auto}"),
        (".d{border-top-left-radius:4px}", ".d{border-start-start-radius:4px}"),
        (".e{text-align:left;float:right}", ".e{text-align:start;float:inline-end}"),
        (
            ".icon{direction:ltr;font-family:Material Symbols Outlined}",
            ".icon{direction:inherit;font-family:Material Symbols Outlined}",
        ),
        ("@media print{.f{margin-right:1px}}", "@media print{.f{margin-inline-end:1px}}"),
    ],
)
def test_sides_become_start_and_end(physical: str, logical: str) -> None:
    assert body_of(physical) == logical


@pytest.mark.parametrize(
    "css",
    [
        ".rtl\\:ml-3:where([dir=rtl] *){margin-left:3px}",
        ".centred{left:50%!important;translate:-50%}",
        ".g{text-align:center;padding-inline:4px;transition:left 1s}",
    ],
)
def test_what_knows_no_side_or_names_it_on_purpose_stays(css: str) -> None:
    assert body_of(css) == css


def test_no_side_is_left_outside_the_rules_that_name_it_on_purpose() -> None:
    rules = [rule for rule in mirrored_stylesheet().read_text().split("}") if "rtl" not in rule]
    assert not [rule for rule in rules if "margin-left:" in rule or "padding-right:" in rule or "border-left-" in rule]

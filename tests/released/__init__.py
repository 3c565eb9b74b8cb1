"""The releases a centre may run: which migration each of our apps had last. The table is docs/releases.json.

A release is named after its month, a state of the main branch that was installed without one after its day. What the
code has becomes the release 2027.02 by:

    DJANGO_SETTINGS_MODULE=backoffice.config.settings_test .venv/bin/python -m tests.released 2027.02
"""

import json
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs/releases.json"

type Key = tuple[str, str]
type State = dict[str, str | None]


def our_apps() -> set[str]:
    """The labels of the apps that lie in this repository and have migrations."""
    ours = [one for one in apps.get_app_configs() if Path(one.path).is_relative_to(ROOT) and ".venv" not in one.path]
    return {one.label for one in ours if (Path(one.path) / "migrations").is_dir()}


def releases() -> dict[str, dict[str, str]]:
    """The last migration of each app by release, the oldest release first."""
    table: dict[str, dict[str, str]] = json.loads(TABLE.read_text())
    return table


def released(release: str) -> State:
    """The last migration of each of our apps in a release; None for an app that it didn't have."""
    return {app: releases()[release].get(app) for app in sorted(our_apps())}


def state_of(applied: set[Key]) -> State:
    """The last of these migrations for each of our apps; None for an app that has none of them."""
    return {app: max((name for of, name in applied if of == app), default=None) for app in sorted(our_apps())}


def leaves(loader: MigrationLoader) -> dict[str, str]:
    """The last migration of each of our apps as the code has them."""
    return {app: name for app, name in sorted(loader.graph.leaf_nodes()) if app in our_apps()}


def since(release: str, loader: MigrationLoader) -> list[Key]:
    """Our migrations that a release didn't have, in the order in which they are applied."""
    had = {key for node in releases()[release].items() for key in loader.graph.forwards_plan(node)}
    plan = {key: None for leaf in leaves(loader).items() for key in loader.graph.forwards_plan(leaf)}
    return [key for key in plan if key[0] in our_apps() and key not in had]


def one_back(loader: MigrationLoader, leaf: Key) -> tuple[str, str | None]:
    """The migration of the same app before this one; None where it is the first."""
    before = [node.key for node in loader.graph.node_map[leaf].parents if node.key[0] == leaf[0]]
    return max(before) if before else (leaf[0], None)


def add(release: str) -> None:
    """Write down what the code has as a release."""
    table = {**releases(), release: leaves(MigrationLoader(None))}
    TABLE.write_text(json.dumps(table, indent=1) + "\n")

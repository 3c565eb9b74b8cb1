"""What Prometheus is given as an example names only metrics that there are, and each alarm is explained."""

import re
from pathlib import Path

import pytest
import yaml
from prometheus_client import REGISTRY

from workers.metrics import counted as counted
from workers.metrics.facts import Facts, Sockets

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
_METRIC = re.compile(r"\bredwan_\w+")


@pytest.fixture
def families(db):
    """Every name that an answer may have, a histogram's three and a counter's ending included."""
    metrics = [*REGISTRY.collect(), *Facts().collect(), *Sockets(lambda: 0).collect()]
    ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "info": ("_info",)}
    return {one.name + end for one in metrics for end in ends.get(one.type, ("",)) if one.name.startswith("redwan")} | {
        # Only where something of the kind has been.
        "redwan_worker_silent_seconds"
    }


def rules():
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alarm_asks_for_metrics_that_there_are_and_is_explained(rule, families):
    assert set(_METRIC.findall(rule["expr"])) <= families
    assert f"| `{rule['alert']}` |" in OPERATIONS


def test_the_docs_name_each_metric_and_no_other(families):
    named = set(_METRIC.findall(OPERATIONS))
    assert {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in families} == named


def test_the_example_asks_for_the_port_of_the_env_example():
    (port,) = re.findall(r"^#METRICS_PORT=(\d+)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    config = yaml.safe_load(ALERTS.with_name("prometheus.yml").read_text())
    targets = [one for job in config["scrape_configs"] for group in job["static_configs"] for one in group["targets"]]
    compose = yaml.compose((ROOT / "compose.yml").read_text())
    services = {key.value for name, value in compose.value if name.value == "services" for key, _ in value.value}
    assert {target.split(":")[1] for target in targets} == {port}
    assert {target.split(":")[0] for target in targets} <= services

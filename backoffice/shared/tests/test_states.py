"""A state machine takes only the steps of its table."""

import pytest

from backoffice.shared.errors import DomainError
from backoffice.shared.hooks import Hook
from backoffice.shared.models import ImportBatch
from backoffice.shared.states import advance, may_advance


def test_a_step_of_the_table_is_taken():
    batch = ImportBatch(status="uploaded")
    assert advance(batch, "previewed") == ("uploaded", "previewed")
    assert batch.status == "previewed"


def test_a_step_that_is_not_in_the_table_is_refused_and_changes_nothing():
    batch = ImportBatch(status="committed")
    assert not may_advance(batch, "previewed")
    with pytest.raises(DomainError) as refused:
        advance(batch, "previewed")
    assert refused.value.code == "illegal_step"
    assert batch.status == "committed"


def test_every_table_names_every_state_and_no_other():
    from django.apps import apps

    machines = [model for model in apps.get_models() if hasattr(model, "TRANSITIONS")]
    assert len(machines) >= 7
    for model in machines:
        states = {value for value, _label in model._meta.get_field("status").flatchoices}
        assert set(model.TRANSITIONS) == states, model
        assert set().union(*model.TRANSITIONS.values()) <= states, model


def test_a_hook_calls_its_functions_in_order_and_each_once():
    hook, calls = Hook("moment"), []
    first, second = (lambda n: calls.append(("first", n))), (lambda n: calls.append(("second", n)))
    for function in (first, second, first):
        hook.connect(function)
    hook(3)
    assert calls == [("first", 3), ("second", 3)]

"""Numbers without gaps or doubles."""

import threading

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from backoffice.shared.counters import last, take


@pytest.mark.django_db
def test_numbers_begin_at_one_and_follow_each_other():
    with transaction.atomic():
        assert [take("receipt:2026"), take("receipt:2026"), take("receipt:2027")] == [1, 2, 1]


@pytest.mark.django_db
def test_a_block_of_numbers_is_taken_at_once():
    with transaction.atomic():
        assert take("code:M", 100) == 1
        assert take("code:M") == 101


@pytest.mark.django_db
def test_the_last_number_is_known_without_taking_one():
    assert last("receipt:2026") == 0
    with transaction.atomic():
        take("receipt:2026", 5)
    assert [last("receipt:2026"), last("receipt:2026")] == [5, 5]


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back():
    with transaction.atomic():
        take("receipt:2026")
        transaction.set_rollback(True)
    with transaction.atomic():
        assert take("receipt:2026") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_number_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError):
        take("receipt:2026")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_two_hundred_takers_at_once_get_each_number_once():
    taken: list[int] = []

    def work() -> None:
        for _ in range(25):
            with transaction.atomic():
                taken.append(take("race"))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 201))

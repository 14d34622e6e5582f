"""How much one person may ask at once."""

import pytest

from api.limits import Limits
from api.problems import Problem


def test_a_person_who_asks_too_much_is_told_when_to_come_back():
    limits = Limits(per_second=0.001)
    limits.count("officer.palu")
    with pytest.raises(Problem) as caught:
        limits.count("officer.palu")
    assert caught.value.kind == "too-many"
    assert caught.value.headers["Retry-After"] == "1"
    limits.count("head.palu")


def test_an_address_that_knocks_too_often_is_told_when_to_come_back():
    limits = Limits(knocks_per_second=0.001)
    limits.knock("192.0.2.1")
    for same in ("2001:db8:1:2::1", "192.0.2.2"):
        limits.knock(same)
    for again in ("192.0.2.1", "2001:db8:1:2:ffff::9"):
        with pytest.raises(Problem) as caught:
            limits.knock(again)
        assert caught.value.headers["Retry-After"] == "1"
    limits.knock("2001:db8:1:3::1")


def test_only_so_many_wait_and_a_place_comes_free_again():
    limits = Limits(waiters=1)
    with limits.waiting(), pytest.raises(Problem), limits.waiting():
        pass
    with limits.waiting():
        pass

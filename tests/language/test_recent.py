"""What is made to be kept is made with the search for cycles put off, which is on again afterwards."""

from __future__ import annotations

import gc

import pytest

from aidrules.language.recent import Recent, uncollected


def test_the_search_for_cycles_is_off_while_something_is_made_and_on_again_though_it_fails() -> None:
    assert gc.isenabled()
    assert Recent[bool](1).get("key", gc.isenabled) is False
    with pytest.raises(ZeroDivisionError), uncollected():
        _ = 1 // 0
    assert gc.isenabled()


def test_a_caller_who_turned_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()

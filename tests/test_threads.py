"""Blocks of rows on several threads."""

import threading

import pytest

from quinary.threads import n_cores, one_torch_thread, over_blocks


@pytest.mark.parametrize("n_threads", [None, 1, 3])
def test_results_come_in_the_order_of_the_blocks(n_threads):
    blocks = over_blocks(lambda: lambda rows: (rows.start, rows.stop), 10, 3, n_threads)
    assert blocks == [(0, 3), (3, 6), (6, 9), (9, 10)]
    many = over_blocks(lambda: lambda rows: rows.start, 1000, 10, n_threads)
    assert many == list(range(0, 1000, 10))
    assert over_blocks(lambda: lambda rows: rows, 0, 3, n_threads) == []


def test_every_thread_has_its_own_worker():
    made = []
    ready = threading.Barrier(2, timeout=10)

    def new_worker():
        made.append(threading.get_ident())
        ready.wait()
        return lambda _: threading.get_ident()

    assert set(over_blocks(new_worker, 800, 100, 2)) <= set(made)
    assert len(set(made)) == 2
    assert n_cores() >= 1


def test_a_failure_in_a_block_is_raised():
    def fail(rows):
        raise ZeroDivisionError(rows)

    with pytest.raises(ZeroDivisionError):
        over_blocks(lambda: fail, 800, 100, 2)


def test_torch_gets_its_count_back():
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with one_torch_thread():
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_what_a_worker_asks_for_stays_on_its_thread():
    def threads_of(_):
        inner = over_blocks(lambda: lambda _: threading.get_ident(), 1024, 256, 2)
        return {threading.get_ident(), *inner}

    assert all(len(found) == 1 for found in over_blocks(lambda: threads_of, 1024, 256, 2))

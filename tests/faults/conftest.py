"""Each test of a fault ends with a healthy system and equal books."""

from tests.faults.healthy import _books_are_equal, _reconcile_says_so, gimpo, payer, payers

__all__ = ["_books_are_equal", "_reconcile_says_so", "gimpo", "payer", "payers"]

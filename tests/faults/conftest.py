"""Each test of a fault ends with a healthy system and equal books."""

from tests.faults.healthy import _books_are_equal, gimpo

__all__ = ["_books_are_equal", "gimpo"]

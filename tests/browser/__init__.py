"""Whole pages in a real browser, on a running system with the cities of seeds/."""

"""Queues: rows that a step of the worker has to advance, each in a table of its own app; what one row's failure means."""

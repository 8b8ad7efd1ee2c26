"""Tests of the processes and of the city script."""

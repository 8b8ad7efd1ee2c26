"""Tests against a running system."""

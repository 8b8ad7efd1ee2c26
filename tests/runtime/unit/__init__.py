"""Tests of single parts; nothing is started."""

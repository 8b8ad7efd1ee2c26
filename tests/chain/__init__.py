"""The chain as it is: a real node, real transactions."""

"""Parts of the running system together."""

"""The API as its callers meet it, over HTTP, on a running system."""

"""A bank for the demo: a program of its own, which speaks to its customers in files of ISO 20022 and knows nothing of ours."""

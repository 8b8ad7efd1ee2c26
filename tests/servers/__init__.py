"""The whole path on servers that ./city did not start."""

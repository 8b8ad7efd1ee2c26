"""What officials and the operator did, as a chain of hashes that anybody can check."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Written to by whoever acts; knows nobody."""

    name = "citycoin.platform.audit"

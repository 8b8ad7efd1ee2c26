"""What the ledger takes in of final blocks, by the events that begin a transaction's meaning."""

from contracts.operations import posting
from wallets.operations import burns_and_recoveries, freezing, issues, kinds, registering, settling, stopping
from wallets.queries import reconciliation, supply


def register() -> None:
    """Called once, when Django is ready; the ledger lies below every other app that posts."""
    posting.register("BatchSettled", "Refused", handler=settling.post_batches)
    posting.register("Issued", handler=issues.post_issues)
    posting.register("IssueSkipped", handler=issues.post_skipped)
    posting.register("Burned", "BurnSkipped", handler=burns_and_recoveries.post_burns)
    posting.register(
        "Recovered", "RecoveryCancelled", "RecoveryStarted", "Swept", handler=burns_and_recoveries.post_recoveries
    )
    posting.register("Registered", handler=registering.post_registrations)
    posting.register("FrozenSet", handler=freezing.post_flags)
    posting.register("Paused", "Unpaused", handler=stopping.post_pauses)
    posting.register("KindsAllowedSet", handler=kinds.post_kinds)
    posting.register_rest(burns_and_recoveries.post_rest)
    reconciliation.register(supply.differences)

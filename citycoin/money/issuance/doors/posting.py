"""What issuing takes in of final blocks, after the ledger."""

from citycoin.money.issuance.operations import issuing
from citycoin.money.issuance.operations import posting as operations
from citycoin.money.issuance.queries import promises
from contracts.operations import posting
from wallets.queries import reconciliation


def register() -> None:
    """Called once, when Django is ready."""
    reconciliation.register(promises.differences)
    posting.register("BudgetSet", handler=operations.post_budgets)
    posting.register("ProgrammeSet", handler=operations.post_programmes)
    posting.register("OfficialRotated", handler=operations.post_rotations)
    posting.register("Issued", "IssueSkipped", handler=issuing.post_issues)
    posting.register(
        *("ContractClosed", "Paused", "RoleHandedOver", "RoleNominated", "Unpaused"),
        handler=operations.post_nothing,
    )

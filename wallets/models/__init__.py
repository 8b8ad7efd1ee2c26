"""The ledger's rows. The database refuses overdrafts by itself, whatever code writes to it."""

from wallets.models.comparisons import Comparison
from wallets.models.holders import Key, Lot, PayingPasskey, RegistrationCode, Wallet
from wallets.models.officials import FREEZE_TRANSITIONS, Freeze, Stop
from wallets.models.payments import TRANSITIONS, Batch, ConfirmedBy, Movement, Payment, Refusal, Status, Take
from wallets.models.supply import SupplyMonth

__all__ = [
    "FREEZE_TRANSITIONS",
    "TRANSITIONS",
    "Batch",
    "Comparison",
    "ConfirmedBy",
    "Freeze",
    "Key",
    "Lot",
    "Movement",
    "PayingPasskey",
    "Payment",
    "Refusal",
    "RegistrationCode",
    "Status",
    "Stop",
    "SupplyMonth",
    "Take",
    "Wallet",
]

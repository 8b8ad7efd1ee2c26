"""The ledger's rows. The database refuses overdrafts by itself, whatever code writes to it."""

from wallets.models.holders import Key, Lot, RegistrationCode, Wallet
from wallets.models.officials import FREEZE_TRANSITIONS, Freeze, Stop
from wallets.models.payments import TRANSITIONS, Batch, Movement, Payment, Refusal, Status, Take

__all__ = [
    "FREEZE_TRANSITIONS",
    "TRANSITIONS",
    "Batch",
    "Freeze",
    "Key",
    "Lot",
    "Movement",
    "Payment",
    "Refusal",
    "RegistrationCode",
    "Status",
    "Stop",
    "Take",
    "Wallet",
]

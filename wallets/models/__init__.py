"""The ledger's rows. The database refuses overdrafts by itself, whatever code writes to it."""

from wallets.models.holders import Key, Lot, NewsConsent, RegistrationCode, Wallet
from wallets.models.officials import Incident, Stop
from wallets.models.payments import MOVES, Batch, Movement, Payment, Refusal, Status, Take

__all__ = [
    "MOVES",
    "Batch",
    "Incident",
    "Key",
    "Lot",
    "Movement",
    "NewsConsent",
    "Payment",
    "Refusal",
    "RegistrationCode",
    "Status",
    "Stop",
    "Take",
    "Wallet",
]

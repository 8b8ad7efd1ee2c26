"""One movement: won that left one account for another. The set-based form for batches is in settling."""

from __future__ import annotations

from citycoin.foundation.locks import locked_ids
from contracts.models import ChainLog, Contract
from wallets.models import Movement, Wallet
from wallets.operations import supply

ADDRESS_ZERO = "0x" + "00" * 20


def city_account(contract: Contract, kind: Wallet.Kind) -> int:
    """The city's own account of this kind."""
    return Wallet.objects.values_list("pk", flat=True).get(city_id=contract.city_id, kind=kind)


def account_of(contract: Contract, address: str, *, gives: int = 0) -> int:
    """The account of an address; suspense for one that isn't ours, or that has won on hold which it would need."""
    if address == ADDRESS_ZERO:
        return city_account(contract, Wallet.Kind.ISSUANCE)
    wallet = Wallet.objects.filter(keys__city_id=contract.city_id, keys__address=address).first()
    if wallet is None or wallet.posted - wallet.held < gives:
        return city_account(contract, Wallet.Kind.SUSPENSE)
    return wallet.pk


def move(
    contract: Contract,
    said: ChainLog,
    *,
    reason: Movement.Reason,
    effect: str,
    source_id: int,
    target_id: int,
    amount: int,
    benefit: int = 0,
) -> bool:
    """Write what the log says, once per effect, in the caller's transaction; False where it was written before.

    ``benefit``: won of it that others than the buyer paid.
    """
    wallets = locked_ids(Wallet, {source_id, target_id})
    if Movement.objects.filter(effect=effect).exists():
        return False
    Movement.objects.create(
        city_id=contract.city_id,
        reason=reason,
        effect=effect,
        source_id=source_id,
        target_id=target_id,
        amount=amount,
        block_number=said.block_number,
        tx_hash=said.tx_hash,
        at=said.block_at,
    )
    for wallet_id, change in ((source_id, -amount), (target_id, amount)):
        wallets[wallet_id].posted += change
        wallets[wallet_id].save(update_fields=["posted"])
    supply.count(amount, source=wallets[source_id], target=wallets[target_id], at=said.block_at, benefit=benefit)
    return True

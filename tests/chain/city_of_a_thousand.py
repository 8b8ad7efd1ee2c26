"""A city of a thousand accounts, and what its operator does when a new contract takes over: the steps of docs/succession.md."""

from __future__ import annotations

import secrets

from eth_utils.crypto import keccak

from contracts.domain.artifact import SUCCESSOR, creation_code
from contracts.domain.encoding import PaymentMessage, domain_separator, packed_batch
from contracts.domain.succession import (
    ACCOUNTS_IN_A_LIST,
    CARRY_OVER,
    TAKE_OVER,
    Carried,
    Taken,
    creation_arguments,
    list_hash,
    lists_of,
)
from tests.chain.keys import CityKey, DeviceKey
from tests.chain.own_chain import TRANSACTION_GAS
from tests.chain.own_contract import (
    FAR_AWAY,
    RECOVERY_DELAY,
    RESIDENT,
    SHOP,
    YEAR,
    OwnContract,
    Sender,
    events,
    logs_of,
)
from tests.node import calldata
from tests.signing import BrowserOfficial, WalletOfficial

CAP = 10**9
ACCOUNTS = 1_000
IN_A_TRANSACTION = 200
PROGRAMME = 1
# Residents pay shops, shops pay shops and the treasury.
KINDS_ALLOWED = 1 << 6 | 1 << 10 | 1 << 11
CLOSE = "close(address,bytes32,bytes32,uint256,uint256,bytes,bytes)"
SETTLE = "settle(bytes32,bytes)"
START_RECOVERY = "startRecovery(address[],address[],uint256,uint256,bytes,bytes)"


class Succession:
    """What an operator does, step by step, as docs/succession.md has it."""

    def __init__(self, old: OwnContract) -> None:
        self.old = old
        self.node = old.node
        # Whoever creates it has no role: the officials look at what stands there, and sign its code.
        self.creator = Sender(self.node)

    def create(self, founding=None) -> dict:
        """The receipt of the new contract, which waits from here on."""
        arguments = creation_arguments(founding or self.old.founding, predecessor=self.old.address)
        receipt = self.creator.send(None, "0x" + (creation_code(SUCCESSOR) + arguments).hex(), gas=TRANSACTION_GAS)
        self.address = receipt["contractAddress"].lower()
        self.new = self.old.at(self.address)
        return receipt

    def read(self, *, size: int = ACCOUNTS_IN_A_LIST) -> None:
        """The snapshot of the old contract, from its logs and its answers alone."""
        said = events(logs_of(self.node, self.old.address, first=self.old.created_in))
        recovered = {event.args[0] for event in said if event.name == "Recovered"}
        accounts = []
        for address in (event.args[0] for event in said if event.name == "Registered"):
            its = self.old.account(address)
            accounts.append(Carried(address, its.kind, its.frozen, its.balance, address in recovered))
        self.supply = self.node.number(self.old.address, "totalSupply()")
        self.lists = lists_of(accounts, supply=self.supply, size=size)
        self.taken = Taken(tuple(map(list_hash, self.lists)), (YEAR,), (PROGRAMME,))

    def closing(self, *, code: bytes | None = None) -> tuple[object, ...]:
        """The arguments of ``close``, signed by two officials of the old contract."""
        there = bytes.fromhex(self.node.ask("eth_getCode", self.address, "latest")[2:])
        return self.old.act(
            "Close",
            successor=self.address,
            successorCode=bytes(keccak(there)) if code is None else code,
            snapshot=self.taken.snapshot(),
        )

    def close(self) -> None:
        """From here on there is no way back."""
        self.old.done(CLOSE, *self.closing())

    def take_over(self) -> dict:
        """The receipt; sent by somebody without any role."""
        return self.creator.send(self.address, calldata(TAKE_OVER, *self.taken.arguments()), gas=TRANSACTION_GAS)

    def carry(self, accounts) -> dict:
        """The receipt of one list, likewise."""
        data = calldata(CARRY_OVER, [each.account for each in accounts])
        return self.creator.send(self.address, data, gas=TRANSACTION_GAS)


def somebody(name):
    return "0x" + bytes(keccak(text=name))[12:].hex()


def batch_of(contract, *payments):
    """Payments (key, payee, won, nonce), signed for this contract."""
    domain = domain_separator(name=contract.founding[0], chain_id=contract.domain["chainId"], contract=contract.address)
    return packed_batch(
        [key.record(domain, PaymentMessage(payee, won, nonce, FAR_AWAY)) for key, payee, won, nonce in payments]
    )


def said(receipt, name):
    return [event.args for event in events(receipt["logs"]) if event.name == name]


def contract_of(node, **more):
    officials = (WalletOfficial(), BrowserOfficial())
    return OwnContract(node, cap=CAP, kinds_allowed=KINDS_ALLOWED, officials=officials, name="Old Pay", **more)


class City:
    """Its people and shops, before anything happens."""

    def __init__(self, node) -> None:
        self.payers = [*(CityKey(f"payer {n}") for n in range(6)), *(DeviceKey(f"payer {n}") for n in range(6))]
        # The treasury, and the shop that another becomes by its recovery, are accounts as well.
        strangers = [somebody(f"resident {n}") for n in range(ACCOUNTS - 100 - len(self.payers) - 2)]
        self.residents = [*(key.address for key in self.payers), *strangers]
        self.seller = CityKey("seller")
        self.shops = [self.seller.address, *(somebody(f"shop {n}") for n in range(99))]
        self.lost_shop, self.found_shop = self.shops[-1], somebody("the same shop, another key")
        self.frozen = [*self.residents[20:27], self.shops[5]]
        self.contract = contract_of(node)
        self._found()

    def _found(self) -> None:
        contract = self.contract
        for kind, addresses in ((RESIDENT, self.residents), (SHOP, self.shops)):
            for first in range(0, len(addresses), IN_A_TRANSACTION):
                some = addresses[first : first + IN_A_TRANSACTION]
                contract.register(*some, kind=kind)
                contract.issue_to(*((address, 10_000 + place) for place, address in enumerate(some, first)))
        for address in self.frozen:
            contract.done("setFrozen(address,bool)", address, True)
        self._recover()
        contract.settle(batch_of(contract, (self.seller, contract.treasury, 5_000, 1)))
        contract.done("redeem(bytes32,uint256[])", secrets.token_bytes(32), [2_000])

    def _recover(self) -> None:
        """A shop lost its key; a payment still reaches its old address after that."""
        contract, node = self.contract, self.contract.node
        lists = {"from": [self.lost_shop], "to": [self.found_shop]}
        contract.decide(START_RECOVERY, "StartRecovery", **lists)
        node.ask("evm_increaseTime", RECOVERY_DELAY)
        contract.done("finishRecovery(address[])", [self.lost_shop])
        contract.settle(batch_of(contract, (self.payers[0], self.lost_shop, 300, 1)))

"""``./city bench gas``: what a payment costs on chain, beside the least that it could cost and beside other tokens.

On one bare anvil with its default fork and the limits of mainnet; no database, no web and no books. Gas is that of a payment
(receipt.gasUsed / payments); a ratio is gas / floor, and has a bar.
"""

from __future__ import annotations

import argparse
import sys
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final

from contracts.domain.encoding import Record, Scheme
from tests.benchmarks import form
from tests.benchmarks.costs import floor, peers, refusals
from tests.benchmarks.costs.town import Payer, Town
from tests.benchmarks.form import Figure, Measured, Peer, Table
from tests.chain.own_chain import TRANSACTION_GAS, OwnChain
from tests.node import Node, Refused, calldata

HIGHEST_RATIO: Final = 1.10
SIZES: Final = ((100, 100), (100, 20), (500, 500), (500, 50))
NAMES: Final = {Scheme.SECP256K1: "secp256k1", Scheme.P256: "P-256"}
# More than a transaction could carry if each payment cost no more than its floor.
PAYERS: Final = {Scheme.SECP256K1: 1_500, Scheme.P256: 1_050}
SHOPS_OF_THE_LARGEST: Final = 50
RECIPIENTS: Final = 1_000
REDEMPTIONS: Final = 100


def measure(_given: argparse.Namespace) -> Measured:
    """Measure on a chain of its own, and end it."""
    with OwnChain() as node:
        raw = all_measured(node)
    return Measured(
        "gas",
        figures=tuple(ratio_of(each) for each in raw["batches"]),
        raw=raw,
        peers=tuple(Peer(each["name"], round(each["gas"]), "gas a payment") for each in raw["peers"]),
        tables=tables_of(raw),
    )


def ratio_of(batch: dict[str, Any]) -> Figure:
    """What a payment of this batch costs, as a multiple of its floor."""
    name = f"{batch['scheme'].lower()}_{batch['payments']}_to_{batch['shops']}_shops_to_floor"
    return Figure(name, batch["ratio"], bar=HIGHEST_RATIO, at_most=True)


def all_measured(node: Node) -> dict[str, Any]:
    """Every figure, as ``raw`` gives it."""
    town = Town(node)
    payers = {scheme: town.settled_in(scheme, count) for scheme, count in PAYERS.items()}
    residents = [each.address for each in payers[Scheme.SECP256K1][:RECIPIENTS]]
    return {
        "node": node.ask("web3_clientVersion"),
        "batches": [batch(town, payers[scheme], *size) for scheme in Scheme for size in SIZES],
        "peers": peers.measured(town, payers[Scheme.SECP256K1]),
        "record_bytes": {NAMES[scheme]: floor.record_bytes(scheme) for scheme in Scheme},
        "largest_batches": [largest_batch(town, payers[scheme]) for scheme in Scheme],
        "records": [
            {"scheme": NAMES[scheme], **each} for scheme in Scheme for each in refusals.measured(town, payers[scheme])
        ],
        "issue": {"recipients": RECIPIENTS, "gas": town.issue([(each, 1) for each in residents]) / RECIPIENTS},
        "cancel": [{"scheme": NAMES[scheme], "gas": town.cancel(payers[scheme][0], 1)} for scheme in Scheme],
        "redeem": {"redemptions": REDEMPTIONS, "gas": redeemed(town) / REDEMPTIONS},
    }


def batch(town: Town, payers: Sequence[Payer], payments: int, shops: int) -> dict[str, Any]:
    """One batch, settled whole."""
    scheme = payers[0].scheme
    gas = town.settle(town.payments(payers[:payments], shops=shops)) / payments
    least = floor.of_a_payment(scheme, payments=payments, shops=shops)
    sizes = {"scheme": NAMES[scheme], "payments": payments, "shops": shops}
    return sizes | {"gas": gas, "floor": least, "ratio": gas / least}


def largest_batch(town: Town, payers: Sequence[Payer]) -> dict[str, Any]:
    """The most payments that one transaction carries: that many are settled, and one more is refused by the node."""
    records = town.payments(payers, shops=SHOPS_OF_THE_LARGEST)
    sizes = range(SHOPS_OF_THE_LARGEST, len(records) + 1)
    too_many = sizes[bisect_left(sizes, True, key=lambda size: not town.would_settle(records[:size]))]
    gas = town.settle(records[: too_many - 1])
    scheme = payers[0].scheme
    enough = TRANSACTION_GAS + round(gas / too_many)
    return {
        "scheme": NAMES[scheme],
        "payments": too_many - 1,
        "shops": SHOPS_OF_THE_LARGEST,
        "transaction_gas": gas,
        "one_more": refused_by_the_node(town, town.payments(payers[:too_many], shops=SHOPS_OF_THE_LARGEST), gas=enough),
    }


def refused_by_the_node(town: Town, records: Sequence[Record], *, gas: int) -> str:
    """The words in which the node refuses a batch with as much gas as it needs."""
    try:
        town.contract.operator.send(
            town.contract.address, calldata("settle(bytes32,bytes)", *town.batch(records)), gas=gas
        )
    except Refused as refused:
        town.contract.operator.nonce -= 1  # the transaction was not taken
        return str(refused).partition(": ")[0]
    raise AssertionError(f"a transaction with {gas} gas was taken; EIP-7825 allows {TRANSACTION_GAS}")


def redeemed(town: Town) -> int:
    """The gas of burning a list of redemptions."""
    town.issue([(town.contract.treasury, REDEMPTIONS)])
    return town.redeem([1] * REDEMPTIONS)


def tables_of(raw: dict[str, Any]) -> tuple[Table, ...]:
    """What stands beside the ratios, for a person to read."""
    priced = ", ".join(f"{each.name} {each.nonzero} of {each.width}" for each in (*floor.RECORD, *floor.KEY))
    largest = [
        (
            each["scheme"],
            raw["record_bytes"][each["scheme"]],
            each["payments"],
            each["transaction_gas"],
            each["one_more"],
        )
        for each in raw["largest_batches"]
    ]
    return (
        Table(
            f"Gas a payment on {raw['node']}; the floor reckons with these bytes that are not zero: {priced}",
            ("scheme", "payments", "shops", "gas a payment", "floor", "ratio"),
            [
                (
                    each["scheme"],
                    each["payments"],
                    each["shops"],
                    round(each["gas"]),
                    round(each["floor"]),
                    each["ratio"],
                )
                for each in raw["batches"]
            ],
        ),
        Table(
            f"The most that one transaction carries to {SHOPS_OF_THE_LARGEST} shops",
            ("scheme", "bytes a record", "payments", "gas", "with one more the node says"),
            largest,
        ),
        Table("What a record costs that is no ordinary payment", ("record", *NAMES.values()), records_of(raw)),
        Table("Other calls", ("call", "gas"), calls_of(raw)),
    )


def records_of(raw: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Each kind of record with its gas in either scheme."""
    gas = {(each["scheme"], each["reason"], each["name"]): round(each["gas"]) for each in raw["records"]}
    kinds = dict.fromkeys((reason, name) for _scheme, reason, name in gas)
    return [(f"{reason} {name}", *(gas[scheme, reason, name] for scheme in NAMES.values())) for reason, name in kinds]


def calls_of(raw: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What is no batch of payments."""
    return [
        (f"issue, a recipient of {raw['issue']['recipients']:,} in one transaction", round(raw["issue"]["gas"])),
        (f"redeem, a redemption of {raw['redeem']['redemptions']} in one transaction", round(raw["redeem"]["gas"])),
        *((f"cancel, signed by a {each['scheme']} key", each["gas"]) for each in raw["cancel"]),
    ]


if __name__ == "__main__":
    sys.exit(form.run("gas", says=__doc__, measure=measure))

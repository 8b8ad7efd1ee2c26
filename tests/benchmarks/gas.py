"""``./city bench gas``: what a payment costs on chain, beside the least that it could cost and beside other tokens.

On one bare anvil with its default fork and the limits of mainnet; no database and no web. Prints the figures or, with
--json, one object: ``figures``, a list of {scheme, payments, shops, gas, floor, ratio}, and ``peers``, a list of {name,
payments, gas}, where gas is that of a payment (receipt.gasUsed / payments) and ratio is gas / floor; and what else is
printed. Exit 1 where a ratio is above 1.10.
"""

from __future__ import annotations

import argparse
import json
import sys
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, Final

from contracts.domain.encoding import Record, Scheme
from tests.benchmarks.costs import floor, peers, refusals
from tests.benchmarks.costs.town import Payer, Town
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


def main() -> int:
    """Measure on a chain of its own, and end it."""
    parser = argparse.ArgumentParser(prog="./city bench gas", description=__doc__)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with OwnChain() as node:
        measured = all_measured(node)
    print(json.dumps(measured) if given.json else "\n".join(as_lines(measured)))
    return 0 if within_bound(measured["figures"]) else 1


def within_bound(figures: Sequence[dict[str, Any]]) -> bool:
    """Whether no payment costs more than it may."""
    return all(each["ratio"] <= HIGHEST_RATIO for each in figures)


def all_measured(node: Node) -> dict[str, Any]:
    """Every figure, as ``--json`` gives it."""
    town = Town(node)
    payers = {scheme: town.settled_in(scheme, count) for scheme, count in PAYERS.items()}
    residents = [each.address for each in payers[Scheme.SECP256K1][:RECIPIENTS]]
    return {
        "node": node.ask("web3_clientVersion"),
        "figures": [figure(town, payers[scheme], *size) for scheme in Scheme for size in SIZES],
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


def figure(town: Town, payers: Sequence[Payer], payments: int, shops: int) -> dict[str, Any]:
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


def as_lines(measured: dict[str, Any]) -> list[str]:
    """What ``--json`` gives, for a person to read."""
    return [
        f"gas on {measured['node']}, whole transactions",
        "",
        "scheme     payments  shops  gas a payment     floor  ratio",
        *(
            f"{each['scheme']:<9} {each['payments']:>9} {each['shops']:>6} {each['gas']:>14,.0f} {each['floor']:>9,.0f}"
            f"  {each['ratio']:.3f}"
            for each in measured["figures"]
        ),
        "",
        "the floor reckons with these bytes that are not zero: "
        + ", ".join(f"{each.name} {each.nonzero} of {each.width}" for each in (*floor.RECORD, *floor.KEY)),
        "",
        *(f"{each['name']:<62} {each['gas']:>7,.0f} a payment" for each in measured["peers"]),
        "",
        *(f"{name:<9} {width:>4} bytes a record" for name, width in measured["record_bytes"].items()),
        *(
            f"{each['scheme']:<9} {each['payments']:>6,} payments to {each['shops']} shops at most in a transaction:"
            f" {each['transaction_gas']:,} gas; one more: {each['one_more']}"
            for each in measured["largest_batches"]
        ),
        "",
        "scheme     what becomes of a record              gas",
        *(
            f"{each['scheme']:<9}  {each['reason']} {each['name']:<33} {each['gas']:>6,.0f}"
            for each in measured["records"]
        ),
        "",
        f"issue  {measured['issue']['gas']:>8,.0f} a recipient, {measured['issue']['recipients']:,} in a transaction",
        f"redeem {measured['redeem']['gas']:>8,.0f} a redemption, {measured['redeem']['redemptions']} in a transaction",
        *(f"cancel {each['gas']:>8,.0f} with a holder's signature by {each['scheme']}" for each in measured["cancel"]),
    ]


if __name__ == "__main__":
    sys.exit(main())

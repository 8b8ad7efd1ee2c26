"""How won move: payments and what they take, batches, refusals, and the movements that final blocks say."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import models
from django.db.models import F, Q

from citycoin.foundation.fields import AddressField, HashField, WonField
from citycoin.platform.cities.models import City
from contracts.models import Submission
from wallets.domain.rules import LARGEST_SMALL
from wallets.models.holders import Key, Lot, Wallet


class Batch(models.Model):
    """Payments in one transaction. ``manifest``: the hash of what it says, its id on chain and its place here."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="batches")
    manifest = HashField(unique=True)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="batch")
    formed_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "batches"
        indexes = [models.Index(fields=["city"], name="batch_not_posted", condition=Q(posted_at=None))]

    def __str__(self) -> str:
        return str(self.manifest)


class Status(StrEnum):
    """Where a payment stands."""

    AUTHORISED = "authorised"
    SETTLED = "settled"
    VOIDED = "voided"


TRANSITIONS: Final[dict[Status, frozenset[Status]]] = {
    Status.AUTHORISED: frozenset({Status.SETTLED, Status.VOIDED}),
    Status.SETTLED: frozenset(),
    Status.VOIDED: frozenset(),
}
assert TRANSITIONS.keys() == set(Status), "every status has a row"


class ConfirmedBy(StrEnum):
    """What its payer showed for a payment. ``promise``: a refund goes by itself, on what its shop promised before.

    ``mandate``: a shop's won go to the treasury, for whoever may order that is signed in.
    """

    PIN = "pin"
    PASSKEY = "passkey"
    SIGNATURE = "signature"  # of a key that they have themselves
    NOTHING = "nothing"
    PROMISE = "promise"
    MANDATE = "mandate"


class Payment(models.Model):
    """Won that their owner has signed away: authorised, then settled or, as an incident, voided."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="payments")
    payer = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="payments")
    # No index of its own: payment_taken begins with it.
    payee = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="incoming_payments", db_index=False)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="payments")
    client_id = models.UUIDField()
    facts = models.BinaryField(max_length=32)
    request = models.UUIDField(null=True)  # the payment request that it answers
    refund_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="refund_payments")
    payee_address = AddressField()
    amount = WonField()
    refunded = WonField(default=0)  # what its payee has promised to give back, or has given
    nonce = models.PositiveBigIntegerField()
    expires = models.PositiveBigIntegerField()
    signature = models.BinaryField(max_length=64)
    confirmed_by = models.CharField(max_length=10, choices=[(each.value, each.value) for each in ConfirmedBy])
    status = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Status])
    authorised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="payments")
    batch_index = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_moves_something"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("amount")), name="no_more_is_refunded_than_was_paid"
            ),
            models.CheckConstraint(condition=~Q(payer=F("payee")), name="payer_and_payee_differ"),
            models.CheckConstraint(
                condition=Q(confirmed_by="promise", refund_of__isnull=False)
                | Q(confirmed_by__in=["pin", "passkey", "signature", "nothing", "mandate"], refund_of=None),
                name="a_payment_says_what_confirmed_it",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by="nothing") | Q(amount__lte=LARGEST_SMALL),
                name="only_a_small_payment_goes_unconfirmed",
            ),
            models.UniqueConstraint(fields=["payer", "client_id"], name="a_client_id_names_one_payment_of_a_wallet"),
            models.UniqueConstraint(fields=["key", "nonce"], name="a_payment_nonce_is_used_once"),
            models.UniqueConstraint(
                fields=["request"],
                condition=~Q(status="voided") & Q(request__isnull=False),
                name="a_request_is_paid_once",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "id"], name="payment_waiting", condition=Q(status="authorised", batch=None)),
            models.Index(fields=["payee", "authorised_at"], name="payment_taken"),
            models.Index(fields=["payer", "nonce"], name="payment_in_flight", condition=Q(status="authorised")),
        ]

    def __str__(self) -> str:
        return f"payment {self.client_id}"


class Refusal(models.Model):
    """An expected refusal, remembered under its id: it stays refused, and a new try takes a new id."""

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="refusals")
    client_id = models.UUIDField()
    facts = models.BinaryField(max_length=32, default=b"")  # empty where the id was asked for before it arrived
    code = models.CharField(max_length=40)
    details = models.JSONField(default=dict)
    refused_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wallet", "client_id"], name="a_refused_id_is_refused_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.client_id}"


class Take(models.Model):
    """What a payment took of a lot, and how much of that a refund has given back to it."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="takes")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="takes")
    amount = WonField()
    returned = WonField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_take_is_of_some_won"),
            models.CheckConstraint(
                condition=Q(returned__gte=0) & Q(returned__lte=F("amount")), name="no_more_returns_than_was_taken"
            ),
            models.UniqueConstraint(fields=["payment", "lot"], name="a_payment_takes_of_a_lot_once"),
        ]

    def __str__(self) -> str:
        return f"take {self.pk}"


class Movement(models.Model):
    """Won that left one account for another, as a final block says. Written once, never edited."""

    class Reason(models.TextChoices):
        """Why they moved. ``unexplained``: no row of ours and no event of the contract says.

        ``payout``: from a shop to the treasury, whose won the bank then pays; ``bounce``: back, since it could not.
        """

        PAYMENT = "payment"
        REFUND = "refund"
        PAYOUT = "payout"
        BOUNCE = "bounce"
        ISSUE = "issue"
        CANCELLATION = "cancellation"
        REDEMPTION = "redemption"
        LAPSE = "lapse"
        RECOVERY = "recovery"
        SWEEP = "sweep"
        UNEXPLAINED = "unexplained"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="movements")
    effect = models.CharField(max_length=120, unique=True)  # payer and nonce, or issue id and index
    reason = models.CharField(max_length=12, choices=Reason.choices)
    source = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="outgoing")
    # No index of its own: movement_came begins with it.
    target = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="incoming", db_index=False)
    amount = WonField()
    block_number = models.PositiveBigIntegerField()
    tx_hash = HashField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="movement_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="movement_has_two_sides"),
        ]
        indexes = [models.Index(fields=["target", "at"], name="movement_came")]

    def __str__(self) -> str:
        return str(self.effect)

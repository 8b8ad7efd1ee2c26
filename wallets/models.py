"""The ledger's rows. The database refuses overdrafts by itself, whatever code writes to it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.db import models
from django.db.models import F, Q

from citycoin.accounts.models import Person
from citycoin.cities.models import City
from citycoin.fields import AddressField, HashField, WonField
from contracts.chain.encoding import Scheme


class Wallet(models.Model):
    """An account in one city. ``posted``: what final blocks say; ``held``: its outgoing won not yet posted.

    Two accounts of a city have no key: ``issuance``, which stands for address zero and is what was issued below
    zero, and ``suspense``, where won go that no row of ours explains.
    """

    class Kind(models.TextChoices):
        """Whose it is."""

        RESIDENT = "resident"
        SHOP = "shop"
        TREASURY = "treasury"
        ISSUANCE = "issuance"
        SUSPENSE = "suspense"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="wallets")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Whose it is, where a person opened it on a page; a wallet opened through the API has its token alone.
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="wallets")
    posted = WonField(default=0)
    held = WonField(default=0)
    registered_at = models.DateTimeField(null=True)  # its registration on chain is final
    frozen_at = models.DateTimeField(null=True)
    freezing = models.UUIDField(null=True)  # the intent that says so on chain, once nothing authorised is in flight
    # Of the one key in force: the highest payment nonce authorised, and the highest in a final block.
    nonce_authorised = models.PositiveBigIntegerField(default=0)
    nonce_final = models.PositiveBigIntegerField(default=0)
    # The pace of payments, as one moment in milliseconds since 1970: when the next would be due if they came evenly.
    paced_until_ms = models.PositiveBigIntegerField(default=0)
    access_hash = models.BinaryField(max_length=32, null=True, unique=True)  # SHA-256 of the token that reads
    pin_fingerprint = models.BinaryField(max_length=32, null=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_locked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(held__gte=0), name="won_held_are_not_negative"),
            models.CheckConstraint(
                condition=Q(held__lte=F("posted")) | Q(kind__in=["issuance", "suspense"]),
                name="a_wallet_holds_no_more_than_it_has",
            ),
            models.UniqueConstraint(
                fields=["city", "kind"],
                condition=Q(kind__in=["treasury", "issuance", "suspense"]),
                name="a_city_has_one_of_each_of_its_own_accounts",
            ),
            models.UniqueConstraint(
                fields=["city", "owner"], condition=Q(kind="resident"), name="a_person_has_one_wallet_in_a_city"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class NewsConsent(models.Model):
    """The owner's agreement to be told news, from ``since`` until she takes it back. Optional, and kept apart for it."""

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="news_consents")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wallet"], condition=Q(until=None), name="news_are_agreed_to_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"news from {self.since}"


class Key(models.Model):
    """An address that signs for a wallet, from ``since`` until ``until``. ``sealed``: only where the city keeps it."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="keys")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="keys")
    address = AddressField()
    scheme = models.PositiveSmallIntegerField(choices=[(scheme.value, scheme.name) for scheme in Scheme])
    public_key = models.BinaryField(max_length=64, default=b"")  # P-256: x ‖ y
    sealed = models.BinaryField(null=True)
    registration = models.UUIDField(null=True)  # the intent that registers it on chain
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "address"], name="an_address_is_one_wallets_key"),
            models.UniqueConstraint(fields=["wallet"], condition=Q(until=None), name="a_wallet_has_one_key_in_force"),
        ]

    def __str__(self) -> str:
        return str(self.address)


class RegistrationCode(models.Model):
    """Lets somebody open one resident's wallet, once. Kept as a hash."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="registration_codes")
    code_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code {self.pk}"


class Lot(models.Model):
    """A resident's won that came together: same funders, expiry and programme. Spendable when its issue is final."""

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="lots")
    programme = models.PositiveIntegerField()  # its number on chain
    issue_id = HashField()
    issue_index = models.PositiveIntegerField()
    amount = WonField()
    taken = WonField(default=0)
    funders = models.JSONField()  # {who: won}, summing to the amount
    expires_at = models.DateTimeField()
    final_at = models.DateTimeField(null=True)
    spendable = models.BooleanField(default=True)  # False: issued on chain under an id that the books didn't give

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_lot_is_of_some_won"),
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("amount")), name="no_more_is_taken_than_the_lot_has"
            ),
            models.UniqueConstraint(fields=["issue_id", "issue_index", "wallet"], name="a_lot_is_issued_once"),
        ]

    def __str__(self) -> str:
        return f"lot {self.pk}"


class Batch(models.Model):
    """Payments in one transaction. ``manifest``: the hash of what it says, its id on chain and its place here."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="batches")
    manifest = HashField(unique=True)
    intent = models.UUIDField(unique=True)
    formed_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return str(self.manifest)


class Status(StrEnum):
    """Where a payment stands."""

    AUTHORISED = "authorised"
    SETTLED = "settled"
    VOIDED = "voided"


MOVES: Final[dict[Status, frozenset[Status]]] = {
    Status.AUTHORISED: frozenset({Status.SETTLED, Status.VOIDED}),
    Status.SETTLED: frozenset(),
    Status.VOIDED: frozenset(),
}
assert MOVES.keys() == set(Status), "every status has a row"


class Payment(models.Model):
    """Won that their owner has signed away: authorised, then settled or, as an incident, voided."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="payments")
    payer = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="payments")
    payee = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="incoming_payments")
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="payments")
    client_id = models.UUIDField()
    facts = models.BinaryField(max_length=32)
    request = models.UUIDField(null=True)  # the payment request that it answers
    payee_address = AddressField()
    amount = WonField()
    nonce = models.PositiveBigIntegerField()
    expires = models.PositiveBigIntegerField()
    signature = models.BinaryField(max_length=64)
    status = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Status])
    authorised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="payments")
    batch_index = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payment_moves_something"),
            models.CheckConstraint(condition=~Q(payer=F("payee")), name="payer_and_payee_differ"),
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
    """What a payment took of a lot: a refund goes back there."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="takes")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="takes")
    amount = WonField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_take_is_of_some_won"),
            models.UniqueConstraint(fields=["payment", "lot"], name="a_payment_takes_of_a_lot_once"),
        ]

    def __str__(self) -> str:
        return f"take {self.pk}"


class Movement(models.Model):
    """Won that left one account for another, as a final block says. Written once, never edited."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="movements")
    effect = models.CharField(max_length=120, unique=True)  # payer and nonce, or issue id and index
    source = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="outgoing")
    target = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="incoming")
    amount = WonField()
    block_number = models.PositiveBigIntegerField()
    tx_hash = HashField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="movement_moves_something"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="movement_has_two_sides"),
        ]

    def __str__(self) -> str:
        return str(self.effect)


class Incident(models.Model):
    """What should not have happened, for the officials: a payment voided, won that nothing explains."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="incidents")
    what = models.CharField(max_length=40)
    details = models.JSONField()
    noticed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"

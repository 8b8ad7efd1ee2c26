"""Who holds won: wallets, their keys, and the lots that a resident's won came in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from citycoin.foundation.fields import AddressField, HashField, WonField
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.passkeys.models import Passkey
from contracts.domain.encoding import Scheme
from contracts.models import Submission
from wallets.domain.rules import LARGEST_SMALL


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
    frozen_at = models.DateTimeField(null=True)  # what the books say; how far the chain follows is its Freeze
    # Of the one key in force: the highest payment nonce authorised, and the highest in a final block.
    nonce_authorised = models.PositiveBigIntegerField(default=0)
    nonce_final = models.PositiveBigIntegerField(default=0)
    # The pace of payments, as one moment in milliseconds since 1970: when the next would be due if they came evenly.
    paced_until_ms = models.PositiveBigIntegerField(default=0)
    access_hash = models.BinaryField(max_length=32, null=True, unique=True)  # SHA-256 of the token that reads
    pin_fingerprint = models.BinaryField(max_length=32, null=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_locked_until = models.DateTimeField(null=True)
    # Small payments that their owner needn't confirm, as SmallPayments of wallets.domain says. The last three are counted in
    # the transaction of each payment, which holds this row anyway.
    small_most = WonField(default=0)
    small_since = models.DateTimeField(null=True)
    small_in_a_row = models.PositiveSmallIntegerField(default=0)
    small_won = WonField(default=0)
    small_day = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(held__gte=0), name="won_held_are_not_negative"),
            models.CheckConstraint(
                condition=Q(held__lte=F("posted")) | Q(kind__in=["issuance", "suspense"]),
                name="a_wallet_holds_no_more_than_it_has",
            ),
            models.CheckConstraint(
                condition=Q(small_most__gte=0) & Q(small_most__lte=LARGEST_SMALL),
                name="a_small_payment_is_small",
            ),
            models.CheckConstraint(
                condition=Q(small_most=0, small_since=None)
                | Q(small_most__gt=0, small_since__isnull=False, pin_fingerprint__isnull=False),
                name="a_pin_let_small_payments_go_unconfirmed",
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
        indexes = [models.Index(fields=["id"], name="wallet_not_registered", condition=Q(registered_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Key(models.Model):
    """An address that signs for a wallet, from ``since`` until ``until``. ``sealed``: only where the city keeps it."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="keys")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="keys")
    address = AddressField()
    scheme = models.PositiveSmallIntegerField(choices=[(scheme.value, scheme.name) for scheme in Scheme])
    public_key = models.BinaryField(max_length=64, default=b"")  # P-256: x ‖ y
    sealed = models.BinaryField(null=True)
    registration = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="registered_keys")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "address"], name="an_address_is_one_wallets_key"),
            models.UniqueConstraint(fields=["wallet"], condition=Q(until=None), name="a_wallet_has_one_key_in_force"),
        ]
        indexes = [models.Index(fields=["city"], name="key_to_register", condition=Q(registration=None, until=None))]

    def __str__(self) -> str:
        return str(self.address)


class PayingPasskey(models.Model):
    """A passkey that may say yes to payments of a wallet in the PIN's place: its owner allowed it by their PIN, once.

    A passkey that somebody adds who has the owner's phone number and not their PIN signs in, and pays nothing.
    """

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="paying_passkeys")
    # What a passkey was allowed goes with it: nothing of the ledger rests on the row.
    passkey = models.ForeignKey(Passkey, on_delete=models.CASCADE, related_name="pays_for")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wallet", "passkey"], name="a_passkey_is_allowed_to_pay_once_for_a_wallet"),
        ]

    def __str__(self) -> str:
        return f"paying passkey {self.pk}"


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
    part = models.PositiveIntegerField(default=0)  # above 0: refunded after the lot had lapsed, and split from it
    amount = WonField()
    taken = WonField(default=0)
    funders = models.JSONField()  # {who: won}, summing to the amount
    expires_at = models.DateTimeField()
    final_at = models.DateTimeField(null=True)
    spendable = models.BooleanField(default=True)  # False: issued on chain under an id that the books didn't give
    warn_at = models.DateTimeField(null=True)  # when its owner is told next that it lapses soon

    class Meta:
        indexes = [models.Index(fields=["warn_at"], name="lot_to_warn_of", condition=Q(warn_at__isnull=False))]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_lot_is_of_some_won"),
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("amount")), name="no_more_is_taken_than_the_lot_has"
            ),
            models.UniqueConstraint(fields=["issue_id", "issue_index", "wallet", "part"], name="a_lot_is_issued_once"),
        ]

    def __str__(self) -> str:
        return f"lot {self.pk}"

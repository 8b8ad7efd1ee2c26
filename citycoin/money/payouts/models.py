"""Rows of payouts: where a shop's money goes, each payout, and the burns of what the bank has paid."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from citycoin.foundation.fields import HashField, NameField, WonField
from citycoin.money.bank.models import TransferOut
from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from contracts.models import Submission
from wallets.models import Payment, Wallet


class PayoutAccount(models.Model):
    """An account at a bank that a shop names, and the won that was sent there to check it."""

    class Status(models.TextChoices):
        """Checking until its code is typed; one is in force at a time. ``failed``: the bank refused the won."""

        CHECKING = "checking"
        CONFIRMED = "confirmed"
        FAILED = "failed"
        OVER = "over"

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="payout_accounts")
    bank = models.CharField(max_length=3)
    number = models.CharField(max_length=16)
    holder = NameField(max_length=60)
    code = models.CharField(max_length=4)  # four digits, in the text of the won that was sent
    tries = models.PositiveSmallIntegerField(default=0)  # wrong ones
    check_transfer = models.OneToOneField(TransferOut, on_delete=models.PROTECT, related_name="checks")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CHECKING)
    named_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Payouts go there by themselves, until its owner switches that off; next at ``next_at``, while the account is in force.
    automatic = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="account_to_pay_out", condition=Q(status="confirmed", automatic=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["wallet"], condition=Q(status="checking"), name="a_shop_checks_one_account_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["wallet"], condition=Q(status="confirmed"), name="a_shop_is_paid_at_one_account"
            ),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False, next_at__isnull=False),
                name="a_confirmed_account_was_checked",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["checking", "confirmed"], ended_at=None)
                | (Q(status__in=["failed", "over"]) & Q(ended_at__isnull=False)),
                name="an_account_for_payouts_has_ended_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"payout account {self.pk}"


class Redemption(models.Model):
    """A burn of won that the bank has paid to shops, under an id that the contract takes once."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="redemptions")
    burn_id = HashField(unique=True)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="redemption")
    formed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["city"], name="redemption_under_way", condition=Q(ended_at=None))]

    def __str__(self) -> str:
        return str(self.burn_id)


class Payout(models.Model):
    """Won of a shop on their way to its bank: to the treasury, then a transfer, then burned; or back, where the bank could not.

    It is made of what moved in the shop's wallet up to the movement ``through`` and was in no payout before; ``carried`` won of
    that are left for the next. One that was voided is counted again ``counted_in`` the next.
    """

    class Status(models.TextChoices):
        """Asked until the treasury has them for good; ordered until the bank has said what became of it."""

        ASKED = "asked"
        VOIDED = "voided"
        ORDERED = "ordered"
        PAID = "paid"
        BURNED = "burned"
        BOUNCED = "bounced"
        RETURNED = "returned"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="payouts")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="payouts")
    account = models.ForeignKey(PayoutAccount, on_delete=models.PROTECT, related_name="payouts")
    client_id = models.UUIDField()
    amount = WonField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="payout")
    transfer = models.OneToOneField(TransferOut, on_delete=models.PROTECT, null=True, related_name="payout")
    redemption = models.ForeignKey(Redemption, on_delete=models.PROTECT, null=True, related_name="payouts")
    back_under = models.UUIDField(unique=True)  # the client id of the payment that gives a bounced one back
    back = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="bounced_payout")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # None: by itself
    through = models.PositiveBigIntegerField()  # 0: before the first movement
    carried = WonField()
    counted_in = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="counts_again")
    asked_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_payout_is_of_some_won"),
            models.CheckConstraint(condition=Q(carried__gte=0), name="a_payout_leaves_no_less_than_nothing"),
            models.CheckConstraint(
                condition=Q(counted_in=None) | Q(status="voided"), name="what_is_counted_again_was_voided"
            ),
            models.UniqueConstraint(fields=["wallet", "client_id"], name="a_client_id_names_one_payout_of_a_wallet"),
            models.CheckConstraint(
                condition=Q(status__in=["asked", "voided"], transfer=None)
                | (~Q(status__in=["asked", "voided"]) & Q(transfer__isnull=False)),
                name="a_payout_is_ordered_when_the_treasury_has_it",
            ),
            models.CheckConstraint(
                condition=Q(redemption=None) | Q(status__in=["paid", "burned"]), name="what_is_burned_was_paid"
            ),
            models.CheckConstraint(
                condition=Q(back=None) | Q(status__in=["bounced", "returned"]), name="what_comes_back_bounced"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["paid", "burned"], paid_at__isnull=False)
                | (~Q(status__in=["paid", "burned"]) & Q(paid_at=None)),
                name="a_payout_is_paid_or_not",
            ),
        ]
        indexes = [
            models.Index(fields=["status"], name="payout_to_burn", condition=Q(status="paid", redemption=None)),
            models.Index(fields=["status"], name="payout_to_give_back", condition=Q(status="bounced", back=None)),
        ]

    def __str__(self) -> str:
        return f"payout {self.client_id}"


PAYOUT_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    Payout.Status.ASKED: frozenset({Payout.Status.ORDERED, Payout.Status.VOIDED}),
    Payout.Status.VOIDED: frozenset(),
    Payout.Status.ORDERED: frozenset({Payout.Status.PAID, Payout.Status.BOUNCED}),
    Payout.Status.PAID: frozenset({Payout.Status.BURNED}),
    Payout.Status.BURNED: frozenset(),
    Payout.Status.BOUNCED: frozenset({Payout.Status.RETURNED}),
    Payout.Status.RETURNED: frozenset(),
}
assert PAYOUT_TRANSITIONS.keys() == set(Payout.Status), "every status has a row"

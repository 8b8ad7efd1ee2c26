"""Rows of the bank: a city's account, the numbers that lead there, the bank's files, deposits, and transfers out."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from citycoin.foundation.fields import NameField, SentenceField, WonField
from citycoin.platform.cities.models import City


class CityAccount(models.Model):
    """A city's account at a bank, to which all of its virtual numbers lead. One is in force at a time."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="bank_accounts")
    bank_ko = NameField(max_length=40)
    bank_en = NameField(max_length=40)
    bic = models.CharField(max_length=11)
    number = models.CharField(max_length=34)
    # Of another account of the city's, from which the won go that check a shop's account: never from buyers' money.
    operating_number = models.CharField(max_length=34)
    holder = NameField(max_length=60)
    # What the bank lets the city give out: numbers of so many digits that begin so.
    prefix = models.CharField(max_length=20)
    digits = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city"], condition=Q(until=None), name="a_city_has_one_account_now"),
            models.UniqueConstraint(fields=["bic", "number"], name="an_account_is_of_one_city"),
            models.UniqueConstraint(fields=["bic", "prefix"], name="a_prefix_is_of_one_account"),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"


class VirtualAccount(models.Model):
    """A number given out for one thing: what comes there is for that. After its time it is kept, then given out again."""

    account = models.ForeignKey(CityAccount, on_delete=models.PROTECT, related_name="virtual_accounts")
    number = models.CharField(max_length=34)
    purpose = models.CharField(max_length=20)  # who takes its deposits (operations.takers)
    opened_at = models.DateTimeField()
    open_until = models.DateTimeField()
    kept_until = models.DateTimeField()
    released_at = models.DateTimeField(null=True)  # the number was given out again

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "number"], condition=Q(released_at=None), name="a_number_is_given_to_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(kept_until__gt=models.F("open_until")), name="a_number_is_kept_after_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"virtual account {self.pk}"


class BankFile(models.Model):
    """A file that came from a bank: taken once, by the hash of its bytes, or refused as a whole.

    ``city`` is None where it concerns several, or where nobody can say whose it is.
    """

    class Verdict(models.TextChoices):
        """Nothing of a refused file is taken."""

        TAKEN = "taken"
        REFUSED = "refused"

    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, related_name="bank_files")
    name = models.CharField(max_length=200)  # under which it came first
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()  # bytes
    kind = models.CharField(max_length=20, blank=True)
    sender = models.CharField(max_length=11, blank=True)  # the bank's BIC
    message_id = models.CharField(max_length=35, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    why = models.CharField(max_length=20, blank=True)  # of a refused one: domain.verdicts.Why
    deposits_found = models.PositiveIntegerField(default=0)  # that nobody had told of before
    received_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)  # it came so often

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "message_id"], condition=Q(verdict="taken"), name="a_banks_message_is_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(verdict="taken", why="") | (Q(verdict="refused") & ~Q(why="")),
                name="a_refused_file_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"bank file {self.pk}"


class Deposit(models.Model):
    """Won of the bank's that came to a city's account. Each leaves a row, whatever it is for."""

    class Status(models.TextChoices):
        """Received, then bought or on its way back; what nobody can decide is in suspense, for an official."""

        RECEIVED = "received"
        BOUGHT = "bought"
        SUSPENSE = "suspense"
        RETURNING = "returning"
        RETURNED = "returned"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="deposits")
    account = models.ForeignKey(CityAccount, on_delete=models.PROTECT, related_name="deposits")
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="deposits")
    reference = models.CharField(max_length=35)  # the bank's own
    number = models.CharField(max_length=34, blank=True)  # to which it was sent, as the bank says
    virtual_account = models.ForeignKey(VirtualAccount, on_delete=models.PROTECT, null=True, related_name="deposits")
    amount = WonField()
    payer_name = SentenceField(max_length=140, blank=True)
    payer_bank = models.CharField(max_length=35, blank=True)
    payer_number = models.CharField(max_length=34, blank=True)
    booked_at = models.DateTimeField()
    received_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVED)
    reason = models.CharField(max_length=20, blank=True)  # of what isn't bought: domain.verdicts.Reason
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "reference"], name="a_deposit_is_taken_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_deposit_is_of_some_won"),
            models.CheckConstraint(
                condition=Q(status="received", decided_at=None) | (~Q(status="received") & Q(decided_at__isnull=False)),
                name="a_deposit_is_received_or_decided",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["received", "bought"], reason="")
                | (Q(status__in=["suspense", "returning", "returned"]) & ~Q(reason="")),
                name="a_deposit_that_buys_nothing_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(status="bought") | Q(virtual_account__isnull=False), name="what_is_bought_has_its_account"
            ),
        ]
        indexes = [
            models.Index(
                fields=["status"],
                name="deposit_under_way",
                condition=Q(status__in=["received", "suspense", "returning"]),
            ),
            models.Index(fields=["account", "booked_at"], name="deposit_booked"),
        ]

    def __str__(self) -> str:
        return f"deposit {self.pk}"


DEPOSIT_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    Deposit.Status.RECEIVED: frozenset({Deposit.Status.BOUGHT, Deposit.Status.SUSPENSE, Deposit.Status.RETURNING}),
    Deposit.Status.BOUGHT: frozenset(),
    Deposit.Status.SUSPENSE: frozenset({Deposit.Status.BOUGHT, Deposit.Status.RETURNING}),
    Deposit.Status.RETURNING: frozenset({Deposit.Status.RETURNED, Deposit.Status.SUSPENSE}),
    Deposit.Status.RETURNED: frozenset(),
}
assert DEPOSIT_TRANSITIONS.keys() == set(Deposit.Status), "every status has a row"


class OrderFile(models.Model):
    """An order to a bank: its bytes are stored before they lie in its folder, and are the same each time they are laid there."""

    account = models.ForeignKey(CityAccount, on_delete=models.PROTECT, related_name="order_files")
    message_id = models.CharField(max_length=35, unique=True)
    content = models.BinaryField()
    made_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"order {self.pk}"


class TransferOut(models.Model):
    """Won of the bank's that leave a city's account: ordered, sent in a file, and made or rejected as the bank says."""

    class Purpose(models.TextChoices):
        """Why it leaves. ``check``: a won to an account that a shop names, with a code in its text."""

        RETURN = "return"
        PAYOUT = "payout"
        CHECK = "check"

    class Status(models.TextChoices):
        """Accepted is the bank's promise; done and rejected are ends."""

        ORDERED = "ordered"
        SENT = "sent"
        ACCEPTED = "accepted"
        DONE = "done"
        REJECTED = "rejected"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="transfers_out")
    account = models.ForeignKey(CityAccount, on_delete=models.PROTECT, related_name="transfers_out")
    pays_from = models.CharField(max_length=34)  # of the city's numbers
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    deposit = models.ForeignKey(Deposit, on_delete=models.PROTECT, null=True, related_name="returns")
    end_to_end = models.CharField(max_length=35, unique=True)
    amount = WonField()
    payee_name = SentenceField(max_length=140, blank=True)
    payee_bank = models.CharField(max_length=35)
    payee_number = models.CharField(max_length=34)
    note = SentenceField(max_length=140)  # what the payee reads of it at their bank
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ORDERED)
    order = models.ForeignKey(OrderFile, on_delete=models.PROTECT, null=True, related_name="transfers")
    reason = models.CharField(max_length=35, blank=True)  # the bank's code, of one that was rejected
    ordered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "transfers out"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_transfer_out_is_of_some_won"),
            models.CheckConstraint(
                condition=~Q(purpose="return") | Q(deposit__isnull=False), name="a_return_has_its_deposit"
            ),
            models.UniqueConstraint(
                fields=["deposit"], condition=~Q(status="rejected"), name="a_deposit_goes_back_once"
            ),
            models.CheckConstraint(
                condition=Q(status="ordered", order=None) | (~Q(status="ordered") & Q(order__isnull=False)),
                name="what_is_sent_is_in_an_order",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "rejected"], ended_at__isnull=False)
                | (~Q(status__in=["done", "rejected"]) & Q(ended_at=None)),
                name="a_transfer_out_has_ended_or_not",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status"], name="transfer_under_way", condition=Q(status__in=["ordered", "sent", "accepted"])
            ),
            models.Index(fields=["account", "ended_at"], name="transfer_ended"),
        ]

    def __str__(self) -> str:
        return f"transfer out {self.pk}"


TRANSFER_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    TransferOut.Status.ORDERED: frozenset({TransferOut.Status.SENT}),
    TransferOut.Status.SENT: frozenset(
        {TransferOut.Status.ACCEPTED, TransferOut.Status.DONE, TransferOut.Status.REJECTED}
    ),
    TransferOut.Status.ACCEPTED: frozenset({TransferOut.Status.DONE, TransferOut.Status.REJECTED}),
    TransferOut.Status.DONE: frozenset(),
    TransferOut.Status.REJECTED: frozenset(),
}
assert TRANSFER_TRANSITIONS.keys() == set(TransferOut.Status), "every status has a row"


class Statement(models.Model):
    """A day of a city's account as its bank states it: won before and after. The newest says what the bank has."""

    account = models.ForeignKey(CityAccount, on_delete=models.PROTECT, related_name="statements")
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="statements")
    day = models.DateField()
    opening = WonField()
    closing = WonField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="a_day_of_an_account_is_stated_once"),
        ]

    def __str__(self) -> str:
        return f"statement {self.pk}"


class StatementLine(models.Model):
    """Won that came or left on a stated day, and the row of ours that it is: a deposit, a transfer, or none.

    What no row of ours explains is ``unknown``: it is the difference between the bank and the books, until somebody finds out.
    """

    class Kind(models.TextChoices):
        """What it is of."""

        DEPOSIT = "deposit"
        TRANSFER = "transfer"
        INTEREST = "interest"
        FEE = "fee"
        UNKNOWN = "unknown"

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    reference = models.CharField(max_length=35)
    came = models.BooleanField()
    amount = WonField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    deposit = models.OneToOneField(Deposit, on_delete=models.PROTECT, null=True, related_name="line")
    transfer = models.OneToOneField(TransferOut, on_delete=models.PROTECT, null=True, related_name="line")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "reference"], name="a_line_is_stated_once"),
            models.CheckConstraint(
                condition=Q(kind="deposit", came=True, deposit__isnull=False, transfer=None)
                | Q(kind="transfer", came=False, deposit=None, transfer__isnull=False)
                | Q(kind__in=["interest", "fee", "unknown"], deposit=None, transfer=None),
                name="a_line_is_of_a_row_of_ours_or_of_none",
            ),
        ]
        indexes = [
            models.Index(fields=["kind"], name="line_of_no_row", condition=Q(kind__in=["interest", "fee", "unknown"]))
        ]

    def __str__(self) -> str:
        return f"statement line {self.pk}"

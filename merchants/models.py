"""Shops, their payment requests, and what they give back."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.db.models import F, Q

from citycoin.foundation.fields import ComparedField, NameField, SentenceField, WonField
from citycoin.platform.accounts.models import Official, Person
from citycoin.platform.cities.models import City
from merchants.domain.businesses import Category
from wallets.models import Payment, Status, Wallet

LONGEST_VIEW_NAME: Final = 30
LONGEST_SAID: Final = 200  # by either side of a claim
# More than the longest question that the register knows, every character of it escaped.
LONGEST_VIEW_QUERY: Final = 2_000
CATEGORIES: Final = [(each.value, each.name.title()) for each in Category]


class Shop(models.Model):
    """A business registered with the city; its wallet receives."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="shops")
    wallet = models.OneToOneField(Wallet, on_delete=models.PROTECT, related_name="shop")
    name_ko = NameField(max_length=60)
    name_en = NameField(max_length=60)
    business_number = models.CharField(max_length=10)
    district = NameField(max_length=40, default="", blank=True)
    category = models.CharField(max_length=10, choices=CATEGORIES, default=Category.OTHER.value)
    sought_by = ComparedField(of=("name_ko", "name_en", "district"))
    # The number of its fixed code, on the poster; a new one ends the old.
    code = models.PositiveBigIntegerField(unique=True)
    posters_at = NameField(max_length=100, default="", blank=True)  # where it hangs, as its staff say
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "business_number"], name="a_business_registers_once_in_a_city"),
        ]

    def __str__(self) -> str:
        return f"{self.name_ko} {self.business_number}"


class PastCode(models.Model):
    """A fixed code that a shop had, and where its posters hung: they have to come down. Nobody pays by it any more."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="past_codes")
    number = models.PositiveBigIntegerField(unique=True)
    posters_at = NameField(max_length=100, default="", blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="a_code_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"{self.number} of {self.shop_id}"


class PaymentRequest(models.Model):
    """An amount that a shop asks for, once and for minutes; whoever pays first answers it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="requests")
    amount = WonField()
    code = models.PositiveBigIntegerField(unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="a_request_asks_for_something")]

    def __str__(self) -> str:
        return str(self.id)


class ShopApplication(models.Model):
    """A business that wants to be a shop of the city, until an official decides."""

    class Status(models.TextChoices):
        """A rejected one may be mended and handed in again, as a new row."""

        WAITING = "waiting"
        APPROVED = "approved"
        REJECTED = "rejected"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="shop_applications")
    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="shop_applications")
    name_ko = NameField(max_length=60)
    name_en = NameField(max_length=60)
    business_number = models.CharField(max_length=10)
    district = NameField(max_length=40, blank=True)
    category = models.CharField(max_length=10, choices=CATEGORIES)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    applied_at = models.DateTimeField()
    decided_by = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="decided_applications")
    decided_at = models.DateTimeField(null=True)
    reason = SentenceField(max_length=300, blank=True)
    shop = models.OneToOneField(Shop, on_delete=models.PROTECT, null=True, related_name="application")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "business_number"],
                condition=Q(status="waiting"),
                name="a_business_waits_once_in_a_city",
            ),
        ]

    def __str__(self) -> str:
        return f"application {self.pk}"


class Staff(models.Model):
    """A person's part in a shop, from ``since`` until ``until``."""

    class Role(models.TextChoices):
        """Cashiers take and see today; managers see all; owners also name staff and pair counters."""

        OWNER = "owner"
        MANAGER = "manager"
        CASHIER = "cashier"

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="staff")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="jobs")
    role = models.CharField(max_length=10, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    # What a manager types before a large refund: an unattended screen gives nothing back.
    pin_fingerprint = models.BinaryField(max_length=32, null=True)
    pin_failures = models.PositiveSmallIntegerField(default=0)
    pin_locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "person"], condition=Q(until=None), name="a_person_has_one_part_in_a_shop"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"


class Counter(models.Model):
    """A device at a shop's counter, paired by a code that works once; it takes payments as a cashier does."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="counters")
    name = NameField(max_length=40)
    pairing_hash = models.BinaryField(max_length=32, unique=True)
    pairing_expires_at = models.DateTimeField()
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)  # of what the device's cookie holds
    paired_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"counter {self.pk}"


class Refund(models.Model):
    """Won of a payment that the shop gives back: promised at once, sent when the payment is final."""

    class Reason(models.TextChoices):
        """Why; the resident reads it on their receipt."""

        WRONG_AMOUNT = "wrong_amount"
        TWICE = "twice"
        ASKED = "asked"
        SOLD_OUT = "sold_out"
        OTHER = "other"

    class State(models.TextChoices):
        """How far it is, by what became of its two payments."""

        PROMISED = "promised"  # the payment is not final yet, or the worker hasn't come by
        ON_ITS_WAY = "on_its_way"
        RETURNED = "returned"
        NOT_NEEDED = "not_needed"  # the payment was voided: its payer has their won
        FAILED = "failed"  # the chain refused it: an incident

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    client_id = models.UUIDField()
    amount = WonField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="refunds")
    promised_at = models.DateTimeField()
    # The client id of the payment that will give it back, known before there is one.
    sent_under = models.UUIDField(unique=True, default=uuid.uuid4)
    sent = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="refund")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_refund_gives_something_back"),
            models.UniqueConstraint(fields=["shop", "client_id"], name="a_client_id_names_one_refund_of_a_shop"),
        ]
        indexes = [models.Index(fields=["id"], name="refund_to_send", condition=Q(sent=None))]

    def __str__(self) -> str:
        return f"refund {self.client_id}"

    @property
    def state(self) -> State:
        """How far it is."""
        if self.sent:
            return _SENT[Status(self.sent.status)]
        return self.State.NOT_NEEDED if self.payment.status == Status.VOIDED else self.State.PROMISED


_SENT: Final = {
    Status.AUTHORISED: Refund.State.ON_ITS_WAY,
    Status.SETTLED: Refund.State.RETURNED,
    Status.VOIDED: Refund.State.FAILED,
}


class RefundClaim(models.Model):
    """A resident asks a shop for won of a payment back. The shop gives some, or says why it gives none."""

    class Reason(models.TextChoices):
        """Why; the shop reads it."""

        WRONG_AMOUNT = "wrong_amount"
        TWICE = "twice"
        NOT_RECEIVED = "not_received"
        SENT_BACK = "sent_back"
        OTHER = "other"

    class Status(models.TextChoices):
        """Waiting for the shop until its day; then one of its ends, for good."""

        WAITING = "waiting"
        GRANTED = "granted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        UNANSWERED = "unanswered"

    # No index of its own: that of the constraint begins with it.
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="claims", db_index=False)
    client_id = models.UUIDField()
    amount = WonField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    says = SentenceField(max_length=LONGEST_SAID, blank=True)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    ended_at = models.DateTimeField(null=True)
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, null=True, related_name="claim")
    declined_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="declined_claims")
    answer = SentenceField(max_length=LONGEST_SAID, blank=True)  # why it was declined

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "client_id"], name="a_client_id_names_one_claim_of_a_payment"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(status="waiting"), name="one_claim_of_a_payment_waits"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_claim_asks_for_something"),
            models.CheckConstraint(
                condition=Q(status="waiting", ended_at=None) | (~Q(status="waiting") & Q(ended_at__isnull=False)),
                name="a_claim_waits_or_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(status="granted", refund__isnull=False) | (~Q(status="granted") & Q(refund=None)),
                name="a_granted_claim_has_its_refund",
            ),
            models.CheckConstraint(
                condition=(Q(status="declined", declined_by__isnull=False) & ~Q(answer=""))
                | (~Q(status="declined") & Q(declined_by=None, answer="")),
                name="a_declined_claim_says_who_and_why",
            ),
        ]
        indexes = [models.Index(fields=["answer_by"], name="claim_waiting", condition=Q(status="waiting"))]

    def __str__(self) -> str:
        return f"claim {self.client_id}"


class AwaitedEnd(models.Model):
    """A payment whose page was closed, or left, before it said how the payment ended: its payer is told, once it is known.

    The page says so itself; a payment that ends before its payer's eyes has no such row.
    """

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="awaited_ends", db_index=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="awaited_ends")
    client_id = models.UUIDField()
    amount = WonField()
    asked_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)  # they were told, or have heard

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wallet", "client_id"], name="an_end_is_awaited_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_awaited_payment_is_of_some_won"),
        ]
        indexes = [models.Index(fields=["asked_at"], name="end_awaited", condition=Q(over_at=None))]

    def __str__(self) -> str:
        return f"end of {self.client_id}"


class DailySum(models.Model):
    """What posting settled of a shop's day in Seoul: kept with the movements, in their transaction, and nowhere else.

    A payment counts on the day it was authorised, a refund on the day it was promised, as on the shop's pages. District and
    category are the shop's when it was posted; a shop that changes them has a row for each on that day.
    """

    # No index of their own: the one below begins with the city, the constraint's with the shop.
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="daily_sums", db_index=False)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="daily_sums", db_index=False)
    day = models.DateField()
    district = NameField(max_length=40, blank=True)
    category = models.CharField(max_length=10, choices=CATEGORIES)
    payments = models.PositiveIntegerField(default=0)
    won = WonField(default=0)
    refunds = models.PositiveIntegerField(default=0)
    refunded = WonField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "day", "district", "category"], name="a_day_of_a_shop_is_summed_once"
            ),
            models.CheckConstraint(condition=Q(won__gte=0) & Q(refunded__gte=0), name="daily_sums_are_not_negative"),
        ]
        indexes = [models.Index(fields=["city", "day"], name="daily_sums_of_a_city")]

    def __str__(self) -> str:
        return f"{self.day} of shop {self.shop_id}"


class RegisterView(models.Model):
    """The register of shops as one official looks at it again and again: a name for the query of its URL."""

    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="register_views")
    name = NameField(max_length=LONGEST_VIEW_NAME)
    query = models.CharField(max_length=LONGEST_VIEW_QUERY, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["official", "name"], name="an_official_gives_a_name_to_one_view"),
        ]

    def __str__(self) -> str:
        return f"view {self.pk}"

"""Rows of issuing: officials and budgets as final blocks say, programmes, and the way of a top-up."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from citycoin.foundation.fields import AddressField, HashField, NameField, SentenceField, WonField
from citycoin.money.bank.models import VirtualAccount
from citycoin.platform.accounts.models import Official
from citycoin.platform.cities.models import City
from citycoin.platform.rules.models import Rule
from contracts.models import Submission
from wallets.models import Wallet


class OfficialKey(models.Model):
    """A key that may sign decisions of the city, as the contract says. ``founding``: made by ``up``, to be replaced."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="official_keys")
    address = AddressField()
    founding = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "address"], condition=Q(until=None), name="an_official_key_is_one_now"
            ),
        ]

    def __str__(self) -> str:
        return str(self.address)


class Decision(models.Model):
    """What two officials signed outside this server, on its way to the contract."""

    class Kind(models.TextChoices):
        """Which of the contract's functions takes it."""

        BUDGET = "budget"
        ROTATION = "rotation"
        KINDS = "kinds"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    facts = models.JSONField()
    # Why, as it is published. Of a budget its hash is signed, and the contract tells it.
    purpose = SentenceField(max_length=300, blank=True)
    legal_basis = SentenceField(max_length=200, blank=True)
    basis_on_chain = HashField(blank=True)  # as the final block says it; empty before, and for all but budgets
    digest = HashField()
    calldata = models.BinaryField()
    # None while it waits for payments in flight, which it would have refused.
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, null=True, related_name="decision")
    given_up_at = models.DateTimeField(null=True)  # the contract would not take it any more when its turn came
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "digest"], name="a_decision_is_carried_once"),
            models.CheckConstraint(
                condition=Q(submission=None) | Q(given_up_at=None), name="a_decision_is_sent_or_given_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class BrowserKey(models.Model):
    """A P-256 key that lives in an official's browser. It counts while its address is an OfficialKey."""

    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="keys")
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="browser_keys")
    address = AddressField()
    public_key = models.BinaryField(max_length=64)  # x ‖ y
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "address"], name="an_address_is_one_browser_key"),
        ]

    def __str__(self) -> str:
        return str(self.address)


class Proposal(models.Model):
    """A decision that one official proposes and others sign or approve. Its proposer never approves it.

    Budget and rotation are carried to the contract with two officials' signatures; a programme and its change need an approval.
    """

    class Kind(models.TextChoices):
        """What it would do."""

        BUDGET = "budget"
        ROTATION = "rotation"
        PROGRAMME = "programme"
        CHANGE = "change"  # of a programme that is open

    class Status(models.TextChoices):
        """Open until it is approved, rejected or withdrawn by its deadline."""

        OPEN = "open"
        APPROVED = "approved"
        REJECTED = "rejected"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    facts = models.JSONField()
    purpose = SentenceField(max_length=300)
    legal_basis = SentenceField(max_length=200, blank=True)
    proposed_by = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="proposals")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    decided_by = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="decided_proposals")
    decided_at = models.DateTimeField(null=True)
    reason = SentenceField(max_length=300, blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="proposals")
    # That took a changed programme's new cap to the contract; None of every other kind, and where the cap stays.
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, null=True, related_name="proposal")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")) | Q(status="rejected"),
                name="nobody_approves_their_own_proposal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} proposal {self.pk}"


class ProposalSignature(models.Model):
    """One official's signature of a proposal's facts. ``official`` is None for a founding key."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="signatures")
    official = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="signatures")
    address = AddressField()
    signature = models.BinaryField(max_length=128)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "address"], name="an_official_signs_a_proposal_once"),
        ]

    def __str__(self) -> str:
        return f"signature {self.pk}"


class Budget(models.Model):
    """A fiscal year's cap, as the last final block says."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="budgets")
    year = models.PositiveSmallIntegerField()
    cap = WonField()
    version = models.PositiveIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["city", "year"], name="a_city_has_one_budget_a_year")]

    def __str__(self) -> str:
        return f"{self.year} v{self.version}"


class Programme(models.Model):
    """Why won are issued: a share of a year's budget. Its rules are rows of the kind PURCHASE with its number.

    ``reserved``: won promised to top-ups not yet issued. ``first_day``, ``last_day``: of its sale, in Seoul; None where the
    year's are. ``next_cap``: what its cap becomes by ``change``, which is on its way to the contract; a lower one holds in the
    books at once, a higher one once it is final.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="programmes")
    number = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    name_ko = NameField(max_length=60)
    name_en = NameField(max_length=60)
    cap = WonField()
    reserved = WonField(default=0)
    issued = WonField(default=0)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="programme")
    open_at = models.DateTimeField(null=True)  # its opening on chain is final
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    next_cap = WonField(null=True)
    change = models.OneToOneField(Submission, on_delete=models.PROTECT, null=True, related_name="changed_programme")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="a_programme_number_is_used_once"),
            models.CheckConstraint(
                condition=Q(first_day=None) | Q(last_day=None) | Q(last_day__gte=F("first_day")),
                name="a_programme_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(next_cap=None, change=None) | Q(next_cap__isnull=False, change__isnull=False),
                name="a_programmes_next_cap_has_its_transaction",
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(issued__gte=0) & Q(cap__gte=F("reserved") + F("issued")),
                name="a_programme_promises_no_more_than_its_cap",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name_ko)


class TopUp(models.Model):
    """A resident's purchase of won: reserved, paid at the bank, issuing, issued; or lapsed, or returned."""

    class Status(models.TextChoices):
        """Never money taken and nothing said: won paid too late are returned."""

        RESERVED = "reserved"
        PAID = "paid"
        ISSUING = "issuing"
        ISSUED = "issued"
        LAPSED = "lapsed"
        RETURNED = "returned"

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="top_ups")
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="top_ups")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="top_ups")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="top_ups")  # the one it was made under
    client_id = models.UUIDField()
    amount = WonField()
    price = WonField()
    funders = models.JSONField()  # {who: won}, the buyer's price among them
    account = models.OneToOneField(VirtualAccount, on_delete=models.PROTECT, related_name="top_up")  # to pay it to
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RESERVED)
    reserved_at = models.DateTimeField()
    reserved_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    issue = models.ForeignKey("Issue", on_delete=models.PROTECT, null=True, related_name="top_ups")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wallet", "client_id"], name="a_client_id_names_one_top_up_of_a_wallet"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_top_up_is_of_some_won"),
            models.CheckConstraint(condition=Q(price__gt=0, price__lte=F("amount")), name="a_top_up_has_a_price"),
        ]
        indexes = [
            models.Index(fields=["status"], name="top_up_under_way", condition=~Q(status="issued")),
            # The last ones say how long one takes.
            models.Index(fields=["city", "-paid_at"], name="top_ups_issued_of_a_city", condition=Q(status="issued")),
        ]

    def __str__(self) -> str:
        return f"top-up {self.pk}"


TOP_UP_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    TopUp.Status.RESERVED: frozenset({TopUp.Status.PAID, TopUp.Status.LAPSED}),
    TopUp.Status.PAID: frozenset({TopUp.Status.ISSUING}),
    TopUp.Status.ISSUING: frozenset({TopUp.Status.ISSUED, TopUp.Status.PAID}),
    TopUp.Status.ISSUED: frozenset(),
    TopUp.Status.LAPSED: frozenset({TopUp.Status.RETURNED}),
    TopUp.Status.RETURNED: frozenset(),
}
assert TOP_UP_TRANSITIONS.keys() == set(TopUp.Status), "every status has a row"


class SaleWish(models.Model):
    """Somebody wants to be told when won are on sale again; once, and then they may ask anew."""

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="sale_wishes")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wallet"], condition=Q(told_at=None), name="a_wallet_waits_once_for_a_sale"
            ),
        ]

    def __str__(self) -> str:
        return f"sale wish {self.pk}"


class Issue(models.Model):
    """Top-ups of one programme issued in one transaction, under an id that the contract takes once."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="issues")
    issue_id = HashField(unique=True)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="issue")
    formed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.issue_id)

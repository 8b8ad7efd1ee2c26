"""The chain as the books know it: contracts, sending keys, what we submitted, what final blocks said."""

from typing import Final

from django.db import models
from django.db.models import Q

from citycoin.foundation.fields import AddressField, HashField
from citycoin.platform.cities.models import City


class Chain(models.Model):
    """One Ethereum chain, as last seen.

    ``first_block_hash`` is that of block 1: a development node makes block 0 anew at each start.
    ``behind_since``: it no longer has a block that the books took in. ``is_another``: the node at hand serves some
    other chain, so nothing is sent to it.
    """

    chain_id = models.PositiveBigIntegerField(unique=True)
    first_block_hash = HashField()
    head_number = models.PositiveBigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    behind_since = models.DateTimeField(null=True)
    is_another = models.BooleanField(default=False)
    verifies_p256 = models.BooleanField(null=True)  # as it answered a known signature; None: not asked yet

    def __str__(self) -> str:
        return f"chain {self.chain_id}"


class Contract(models.Model):
    """A contract of a city, one of each kind at most. The cursor: every final block below ``next_block`` has been copied.

    ``name`` and ``symbol`` are a token's own, and so is its matrix of which kind of account may pay which:
    ``kinds_allowed`` as the last final block says, less ``kinds_closing``, which the chain will be told to close.
    """

    class Kind(models.TextChoices):
        """What the city has it for."""

        TOKEN = "token"  # noqa: S105 - a kind of contract

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="contracts")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TOKEN)
    name = models.CharField(max_length=40, blank=True)
    symbol = models.CharField(max_length=11, blank=True)
    kinds_allowed = models.PositiveIntegerField(default=0)
    kinds_closing = models.PositiveIntegerField(default=0)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="contracts")
    address = AddressField(unique=True)
    treasury = AddressField()
    domain_separator = models.BinaryField(max_length=32)
    code_hash = HashField(blank=True)
    next_block = models.PositiveBigIntegerField(default=0)
    last_block_hash = HashField(blank=True)
    copied_at = models.DateTimeField(null=True)  # when the cursor last moved

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "kind"], name="a_city_has_one_contract_of_a_kind"),
        ]

    def __str__(self) -> str:
        return str(self.address)


class Sender(models.Model):
    """A key that pays for transactions: one role of one city. The funder serves the installation and has no city."""

    class Role(models.TextChoices):
        """What the key is for; the contract knows all but ``clerk`` (deploys, carries decisions) and ``funder``."""

        FUNDER = "funder"
        CLERK = "clerk"
        ISSUER = "issuer"
        SETTLER = "settler"
        REGISTRAR = "registrar"
        GUARDIAN = "guardian"

    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, related_name="senders")
    role = models.CharField(max_length=10, choices=Role.choices)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="senders")
    address = AddressField()
    sealed = models.BinaryField()
    next_nonce = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "role"], name="a_role_of_a_city_has_one_sender"),
            models.UniqueConstraint(fields=["chain", "address"], name="a_sending_key_has_one_role"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.address}"


class Submission(models.Model):
    """A transaction of ours: signed once, stored, then broadcast. Its key is its place in the first order."""

    class Status(models.TextChoices):
        """signed → sent → final or reverted; ``lost`` when other bytes finally took its sender nonce."""

        SIGNED = "signed"
        SENT = "sent"
        FINAL = "final"
        REVERTED = "reverted"
        LOST = "lost"

    class Purpose(models.TextChoices):
        """What it does there."""

        GAS_MONEY = "gas money"
        DEPLOY = "deploy"
        REGISTER = "register"
        FREEZE = "freeze"
        UNFREEZE = "unfreeze"
        PAUSE = "pause"
        UNPAUSE = "unpause"
        BUDGET = "budget"
        ROTATION = "rotation"
        PROGRAMME = "programme"
        KINDS = "kinds"
        ISSUE = "issue"
        REDEEM = "redeem"
        SETTLE = "settle"

    # What its row asks for, and unique: a task that runs twice is one transaction.
    intent = models.UUIDField(unique=True)
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="submissions")
    nonce = models.PositiveBigIntegerField()
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    raw = models.BinaryField()
    tx_hash = HashField(unique=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SIGNED)
    # A block that the books took in is gone from the chain, and this was in it: it must be final once more.
    fed_again = models.BooleanField(default=False)
    block_number = models.PositiveBigIntegerField(null=True)
    signed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "nonce"], name="one_submission_for_a_sender_nonce"),
        ]
        indexes = [
            models.Index(fields=["status"], name="submission_in_flight", condition=Q(status__in=["signed", "sent"])),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.tx_hash}"

    @property
    def is_under_way(self) -> bool:
        """Whether it has no end yet."""
        return self.status in (self.Status.SIGNED, self.Status.SENT)

    @property
    def went_wrong(self) -> bool:
        """Whether it ended without doing what it was for."""
        return self.status in GONE_WRONG


# Ended without doing what it was for.
GONE_WRONG: Final = (Submission.Status.REVERTED, Submission.Status.LOST)
TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    Submission.Status.SIGNED: frozenset({Submission.Status.SENT, Submission.Status.LOST}),
    Submission.Status.SENT: frozenset({Submission.Status.FINAL, Submission.Status.REVERTED, Submission.Status.LOST}),
    # Back only when the chain has fallen behind the books.
    Submission.Status.FINAL: frozenset({Submission.Status.SENT}),
    Submission.Status.REVERTED: frozenset({Submission.Status.SENT}),
    Submission.Status.LOST: frozenset(),
}
assert TRANSITIONS.keys() == set(Submission.Status), "every status has a row"


class ChainLog(models.Model):
    """An event of a contract in a final block, decoded. ``posted_at``: the apps it concerns have taken it in."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="logs")
    block_number = models.PositiveBigIntegerField()
    block_hash = HashField()
    block_at = models.DateTimeField()
    tx_hash = HashField()
    log_index = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    args = models.JSONField()
    posted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "block_hash", "log_index"], name="a_log_is_copied_once"),
        ]
        indexes = [
            models.Index(
                fields=["contract", "block_number", "log_index"], name="log_not_posted", condition=Q(posted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.block_number}/{self.log_index}"

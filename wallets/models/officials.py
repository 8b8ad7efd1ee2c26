"""What officials decide of a city's won: freezes, and the emergency stop."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from citycoin.foundation.fields import SentenceField
from citycoin.platform.accounts.models import Official
from citycoin.platform.cities.models import City
from contracts.models import Submission
from wallets.models.holders import Wallet


class Freeze(models.Model):
    """One freezing of a wallet, from the books to the chain and back. The books' own word is ``Wallet.frozen_at``.

    What a shop was told is paid stays paid, so the chain's flag is set last and lifted first: a payment authorised while the
    contract still says frozen would be refused there, with its nonce used up.
    """

    class Status(models.TextChoices):
        """How far it is."""

        BOOKED = "booked"  # in the books; the chain is told when nothing authorised is in flight
        FREEZING = "freezing"  # the chain is told
        FROZEN = "frozen"  # and says so in a final block
        THAWING = "thawing"  # to be lifted; the chain is told next
        LIFTING = "lifting"  # the chain is told to lift it
        ENDED = "ended"

    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="freezes")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.BOOKED)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="freezes")  # the last
    began_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when its status last changed
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wallet"], condition=~Q(status="ended"), name="a_wallet_is_frozen_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False) | (~Q(status="ended") & Q(ended_at=None)),
                name="a_freeze_ends_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"freeze {self.pk}"


_F = Freeze.Status
FREEZE_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    _F.BOOKED: frozenset({_F.FREEZING, _F.LIFTING, _F.ENDED}),
    _F.FREEZING: frozenset({_F.FROZEN, _F.BOOKED, _F.THAWING, _F.ENDED}),
    _F.FROZEN: frozenset({_F.THAWING, _F.ENDED}),
    _F.THAWING: frozenset({_F.LIFTING, _F.FREEZING, _F.FROZEN, _F.ENDED}),
    _F.LIFTING: frozenset({_F.ENDED, _F.THAWING, _F.BOOKED}),
    _F.ENDED: frozenset(),
}
assert FREEZE_TRANSITIONS.keys() == set(Freeze.Status), "every status has a row"


class Stop(models.Model):
    """The city's emergency stop: one official's word, and the review by another without which it doesn't go on.

    While ``ended_at`` is None nothing new is authorised, batched or issued. ``submission``: what the chain was last told of it.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="stops")
    stopped_by = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="stops")
    reason = SentenceField(max_length=300)
    stopped_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Official, on_delete=models.PROTECT, null=True, related_name="stop_reviews")
    review = SentenceField(max_length=1000, default="")
    reviewed_at = models.DateTimeField(null=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="stops")  # the last
    ended_at = models.DateTimeField(null=True)  # the chain lets won move again for good, or another stop took its place

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city"], condition=Q(ended_at=None), name="a_city_has_one_stop_at_a_time"),
            models.CheckConstraint(condition=~Q(reviewed_by=F("stopped_by")), name="nobody_reviews_their_own_stop"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(reviewed_at=None) & ~Q(review=""), name="a_stop_ends_after_its_review"
            ),
        ]

    def __str__(self) -> str:
        return f"stop {self.pk}"

"""The accounts of those who pay for benefits, and each entry that changed one."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import F, Q

from citycoin.foundation.fields import NameField, WonField
from citycoin.money.bank.models import VirtualAccount
from citycoin.platform.cities.models import City


class FunderAccount(models.Model):
    """What a funder of a city has put in and what is left of it: the city itself, its province, the state.

    ``funder`` is the key by which rules name it. ``balance``: what came in less what became won in circulation. ``held``: what
    of it is promised to purchases that are under way; it becomes won with them, or is let go. ``number``: where it pays in.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="funder_accounts")
    funder = models.CharField(max_length=40)
    name_ko = NameField(max_length=60)
    name_en = NameField(max_length=60)
    balance = WonField(default=0)
    held = WonField(default=0)
    number = models.OneToOneField(VirtualAccount, on_delete=models.PROTECT, null=True, related_name="funder")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "funder"], name="a_funder_has_one_account_of_a_city"),
            models.CheckConstraint(
                condition=Q(held__gte=0) & Q(held__lte=F("balance")), name="a_funder_promises_no_more_than_it_has"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name_ko)

    @property
    def available(self) -> int:
        """Won that may still be promised."""
        return int(self.balance - self.held)


class FunderEntry(models.Model):
    """Won that came into a funder's account or left it. Written once, never edited; they sum to the balance.

    Its reason says what is on the other side: the bank, or won in circulation. ``effect`` names what it is the effect of.
    """

    class Reason(models.TextChoices):
        """``credit``: from the bank. ``share``: into won that were issued. ``returned``: out of won that are no more."""

        CREDIT = "credit"
        SHARE = "share"
        RETURNED = "returned"

    account = models.ForeignKey(FunderAccount, on_delete=models.PROTECT, related_name="entries")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    effect = models.CharField(max_length=120)
    amount = WonField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "funder entries"
        constraints = [
            models.UniqueConstraint(fields=["account", "effect"], name="an_effect_counts_once_in_an_account"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_funder_entry_moves_something"),
        ]
        indexes = [models.Index(fields=["account", "at"], name="funder_entries_of_a_time")]

    def __str__(self) -> str:
        return f"{self.reason} {self.effect}"


# What makes a balance larger; everything else makes it smaller.
COMES_IN: Final = (FunderEntry.Reason.CREDIT, FunderEntry.Reason.RETURNED)

"""Shops and their payment requests."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from citycoin.cities.models import City
from citycoin.fields import WonField
from wallets.models import Wallet


class Shop(models.Model):
    """A business registered with the city; its wallet receives."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="shops")
    wallet = models.OneToOneField(Wallet, on_delete=models.PROTECT, related_name="shop")
    name_ko = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    business_number = models.CharField(max_length=10)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "business_number"], name="a_business_registers_once_in_a_city"),
        ]

    def __str__(self) -> str:
        return f"{self.name_ko} {self.business_number}"


class PaymentRequest(models.Model):
    """An amount that a shop asks for, once and for minutes; whoever pays first answers it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="requests")
    amount = WonField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="a_request_asks_for_something")]

    def __str__(self) -> str:
        return str(self.id)

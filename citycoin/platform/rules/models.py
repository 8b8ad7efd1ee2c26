"""The rows of rules."""

from django.db import models

from citycoin.foundation.fields import SentenceField
from citycoin.platform.cities.models import City

WHOLE_CITY = 0


class Rule(models.Model):
    """What holds in a city from a date of Seoul on, until the next rule of its kind and number begins. Never edited.

    ``number``: which of the city's, where a kind has several at once (a programme's number); 0 for the whole city.
    ``body``: as the kind's schema writes it. Whatever is decided under a rule may name its row.
    """

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="rules")
    kind = models.CharField(max_length=40)
    number = models.PositiveIntegerField(default=WHOLE_CITY)
    in_force_from = models.DateField()
    body = models.JSONField()
    legal_basis = SentenceField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "kind", "number", "in_force_from"], name="one_rule_of_a_kind_begins_on_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number or ''} from {self.in_force_from}"

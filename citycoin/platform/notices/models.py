"""What people were told, and which of it they want as a text message."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from citycoin.platform.accounts.models import Person
from citycoin.platform.cities.models import City
from citycoin.platform.notices.domain.kinds import Kind


class Notice(models.Model):
    """Something that happened to a person: facts, from which the sentence is made when it is read.

    ``subject`` says which thing of its kind it is about (a payment's id, a day), so that nobody is told twice of one.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices", db_index=False)
    # None: it is about the person in every city.
    city = models.ForeignKey(City, on_delete=models.PROTECT, null=True, related_name="notices")
    kind = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Kind])
    subject = models.CharField(max_length=100)
    facts = models.JSONField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # When its text message may go; None once that is settled, or where there is none.
    text_due_at = models.DateTimeField(null=True)
    texted_at = models.DateTimeField(null=True)
    forget_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "subject"], name="a_person_is_told_once_of_a_thing"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_of_person"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at=None)),
            models.Index(fields=["text_due_at"], name="notice_to_text", condition=Q(text_due_at__isnull=False)),
            models.Index(fields=["forget_at"], name="notice_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class TextChoice(models.Model):
    """Which topics a person wants as text messages, and in which language. Who has no row has chosen nothing."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="text_choice")
    topics = models.JSONField()  # a list
    language = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"text choice of {self.person_id}"

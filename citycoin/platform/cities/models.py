"""The city and its face: a tenant, named in the URL. Everything else belongs to one."""

from django.db import models

from citycoin.foundation.fields import NameField


class City(models.Model):
    """A city of this installation. ``slug`` stands in its URLs; its contracts are rows of their own, if it has any."""

    slug = models.SlugField(unique=True)
    name_ko = NameField(max_length=40)
    name_en = NameField(max_length=40)
    # How many people live there, and the year for which that is said; None where its file doesn't say.
    population = models.PositiveIntegerField(null=True)
    population_year = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name_plural = "cities"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug


class Identity(models.Model):
    """A city's face, whole and as it is served: what its file gives, completed by what is drawn from its name."""

    city = models.OneToOneField(City, on_delete=models.PROTECT, related_name="identity")
    money_ko = NameField(max_length=60)
    money_en = NameField(max_length=60)
    # What the picture shows, for who doesn't see it.
    says_ko = NameField(max_length=80)
    says_en = NameField(max_length=80)
    colour = models.CharField(max_length=7)
    # Files, under the digest of all four.
    digest = models.CharField(max_length=16)
    colours = models.TextField()
    emblem = models.TextField()
    picture = models.TextField()
    picture_ink = models.TextField()

    class Meta:
        verbose_name_plural = "identities"

    def __str__(self) -> str:
        return f"{self.money_ko} {self.pk}"


class District(models.Model):
    """A part of a city (읍, 면, 동), as a shop's address names it."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="districts")
    name_ko = NameField(max_length=40)
    name_en = NameField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "name_ko"], name="a_district_is_named_once_in_a_city"),
        ]

    def __str__(self) -> str:
        return f"{self.name_ko} {self.pk}"

"""The city: a tenant, named in the URL. Everything else belongs to one."""

from django.db import models


class City(models.Model):
    """A city that issues its own won. ``slug`` stands in its URLs."""

    slug = models.SlugField(unique=True)
    name_ko = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)
    token_name = models.CharField(max_length=40)
    token_symbol = models.CharField(max_length=11)

    class Meta:
        verbose_name_plural = "cities"
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug

"""Paths of the public pages that belong to no city."""

from django.urls import path

from citycoin.web.public.doors import health
from citycoin.web.public.doors.cities import cities

urlpatterns = [
    path("", cities, name="cities"),
    path("healthz", health.alive),
    path("health", health.page, name="health"),
    path("health.json", health.as_json),
]

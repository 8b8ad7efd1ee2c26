"""Paths of the public pages: those that belong to no city, and those of one."""

from django.urls import path

from citycoin.web.public.doors import city, health, reports
from citycoin.web.public.doors.cities import cities

urlpatterns = [
    path("", cities, name="cities"),
    path("healthz", health.alive),
    path("health", health.page, name="health"),
    path("health/parts", health.parts, name="health-parts"),
    path("health.json", health.as_json),
]
of_a_city = [
    path("", city.city_page, name="city"),
    path("figures.json", city.sums, name="city-figures"),
    path("flow.csv", city.flow, name="city-flow"),
    path("supply.csv", city.supply, name="city-supply"),
    path("terms", city.terms, name="city-terms"),
    path("register", city.register, name="register"),
    path("register/<str:code>", city.register_entry, name="register-entry"),
    path("register.csv", city.register_file, name="register-file"),
    path("register.json", city.register_json, name="register-json"),
    path("reports", reports.report, name="report"),
    path("reports/<str:code>", reports.state, name="report-state"),
]

"""Where health is asked for."""

from django.urls import path

from citycoin.health import web

urlpatterns = [
    path("healthz", web.alive),
    path("health", web.page, name="health"),
    path("health.json", web.as_json),
]

"""Every path. What belongs to a city is named below its slug."""

from django.conf import settings
from django.urls import include, path

from citycoin.api.errors import route_unknown

api = [
    path("", include("wallets.urls")),
    path("", include("citycoin.issuance.urls")),
    path("", include("merchants.urls")),
]
urlpatterns = [
    path("api/v1/<slug:city>/", include(api)),
    path("", include("citycoin.health.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("citycoin.demo.urls")))

handler404 = route_unknown

"""Every path. What belongs to a city is named below its slug."""

from django.conf import settings
from django.urls import include, path
from django.views.i18n import set_language

from citycoin.cities.web import cities
from citycoin.issuance.web import city_page

api = [
    path("", include("wallets.urls")),
    path("", include("citycoin.issuance.urls")),
    path("", include("merchants.urls")),
]
urlpatterns = [
    path("api/v1/<slug:city>/", include(api)),
    path("language", set_language, name="set_language"),
    path("", include("citycoin.health.urls")),
    path("", include("citycoin.accounts.urls")),
    path("", cities, name="cities"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("citycoin.demo.urls")))
urlpatterns += [
    path("<slug:city>/", city_page, name="city"),
    path("<slug:city>/", include("citycoin.resident.urls")),
    path("<slug:city>/shops/", include("merchants.page_urls")),
    path("<slug:city>/console/", include("citycoin.console.urls")),
]

handler404 = "citycoin.pages.web.not_found"
handler500 = "citycoin.pages.web.failed"

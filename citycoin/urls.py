"""Every path. What belongs to a city is named below its slug."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.i18n import set_language

from citycoin.foundation.http import converters  # noqa: F401 - registers what paths name
from citycoin.platform.pages.doors.display import display
from citycoin.web.demo.doors import design
from citycoin.web.public.urls import of_a_city
from citycoin.web.resident.doors.paying import pay
from merchants.domain.codes import PATH

api = [
    path("", include("wallets.urls")),
    path("", include("citycoin.money.issuance.urls")),
    path("", include("merchants.urls")),
]
urlpatterns = [
    path("api/v1/<slug:city>/", include(api)),
    path("language", set_language, name="set_language"),
    path("display", display, name="display"),
    path("", include("citycoin.web.public.urls")),
    path("", include("citycoin.web.sign_in.urls")),
]
if settings.DEMO:
    urlpatterns += [
        path("demo/", include("citycoin.web.demo.urls")),
        path("design", design, name="design"),
    ]
if settings.ADMIN:
    urlpatterns.append(path("operator/", include("citycoin.web.operator.urls")))
urlpatterns += [
    path("<slug:city>/", include(of_a_city)),
    path("<slug:city>/face/", include("citycoin.platform.cities.urls")),
    path("<slug:city>/", include("citycoin.web.resident.urls")),
    path("<slug:city>/", include("citycoin.web.files.urls")),
    path("<slug:city>/shops/", include("citycoin.web.shop.urls")),
    path("<slug:city>/console/", include("citycoin.web.console.urls")),
    # A payment's link as apps and printers pass it on, in capitals and with a slash at its end. Django reverses no flag (?i).
    re_path(rf"^(?P<city>[a-zA-Z0-9-]+)/{''.join(f'[{each}{each.upper()}]' for each in PATH)}/(?P<code>[^/]+)/?$", pay),
]

handler404 = "citycoin.platform.pages.doors.errors.not_found"
handler500 = "citycoin.platform.pages.doors.errors.failed"

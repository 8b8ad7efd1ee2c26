"""Paths of signing in and out; a person signs in once for all cities."""

from django.urls import path

from citycoin.web.sign_in import doors

urlpatterns = [
    path("sign-in", doors.sign_in, name="sign-in"),
    path("sign-in/code", doors.sign_in_code, name="sign-in-code"),
    path("sign-out", doors.sign_out, name="sign-out"),
    path("officials/sign-in", doors.official_sign_in, name="official-sign-in"),
]

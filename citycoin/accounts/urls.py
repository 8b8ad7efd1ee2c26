"""Paths of signing in and out; a person signs in once for all cities."""

from django.urls import path

from citycoin.accounts import web

urlpatterns = [
    path("sign-in", web.sign_in, name="sign-in"),
    path("sign-in/code", web.sign_in_code, name="sign-in-code"),
    path("sign-out", web.sign_out, name="sign-out"),
    path("officials/sign-in", web.officer_sign_in, name="officer-sign-in"),
]

"""Paths of the operator's pages, below /operator/."""

from django.urls import path

from citycoin.web.operator.doors.site import site

urlpatterns = [path("", site.urls)]

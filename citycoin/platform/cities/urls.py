"""Paths of a city's face, below /<city>/face/."""

from django.urls import path

from citycoin.platform.cities.doors import faces

urlpatterns = [
    path("<str:digest>/colours.css", faces.file, {"which": "colours"}, name="face-colours"),
    path("<str:digest>/emblem.svg", faces.file, {"which": "emblem"}, name="face-emblem"),
    path("<str:digest>/picture.svg", faces.file, {"which": "picture"}, name="face-picture"),
    path("<str:digest>/picture-ink.svg", faces.file, {"which": "picture_ink"}, name="face-picture_ink"),
]

"""Paths of one's own files, below /<city>/."""

from django.urls import path

from citycoin.web.files.doors import files

urlpatterns = [
    path("files/", files.files, name="files"),
    path("files/new/<str:what>", files.new_file, name="file-new"),
    path("files/<uuid:file_id>", files.file, name="file"),
    path("files/<uuid:file_id>/cancel", files.cancel, name="file-cancel"),
    path("files/<uuid:file_id>/content", files.content, name="file-content"),
]

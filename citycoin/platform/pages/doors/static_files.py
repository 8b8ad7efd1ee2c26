"""Static files by the hash of what is in them: an address that was served once never says anything else."""

from __future__ import annotations

from django.conf import STATICFILES_STORAGE_ALIAS, settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What a script names beside itself, such as a sound or the decoder. Django knows imports only.
_BESIDE_A_SCRIPT = (
    "*.js",
    (
        (
            r"""(?P<matched>new URL\(\s*["'](?P<url>[./].*?)["'],\s*import\.meta\.url\s*\))""",
            """new URL("%(url)s", import.meta.url)""",
        ),
    ),
)


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise ships no types
    """Whitenoise's storage for ES modules: `import`, `import()` and `new URL(…, import.meta.url)` name hashed files, too.

    In a script each is one string between quotes, and a statement ends in a semicolon. Modules stand in no circle, not by
    the `import()` of a type in JSDoc either: each name holds the hash of what it imports.
    """

    support_js_module_import_aggregation = True
    patterns = (*ManifestStaticFilesStorage.patterns, _BESIDE_A_SCRIPT)
    # As deep as a chain of imports may be; a circle goes on for ever.
    max_post_process_passes = 20

    def url(self, name: str | None, force: bool = True) -> str:  # noqa: FBT001, FBT002 - Django's own
        """The hashed address of ``name``, where DEBUG is on, too."""
        return str(super().url(name, force=force))


def require_static_files() -> None:
    """Raise ImproperlyConfigured where none were collected, which each page would find out by itself."""
    storage = storages[STATICFILES_STORAGE_ALIAS]
    assert isinstance(storage, HashedFiles)
    if not storage.hashed_files:
        raise ImproperlyConfigured(f"no static files in {settings.STATIC_ROOT}: `manage.py collectstatic` makes them")

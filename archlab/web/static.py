from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # has no types
    """Hashed names, also inside ES modules: without this `import "./x.js"` loses its hash."""

    support_js_module_import_aggregation = True

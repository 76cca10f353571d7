"""Static files with names that change with their content, so that browsers may keep them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped
    """Also where one script module imports another: otherwise a browser that kept an old module
    would run it beside the new ones after an update."""

    support_js_module_import_aggregation = True

"""Drop what would ask the network: the scripts of sphinx-thebe, which this book does not use."""

BLOCKED = ("thebe", "require.js", "unpkg.com", "jsdelivr")


def drop_scripts(app, page, template, context, doctree):
    """Remove blocked scripts from one page before it is written."""
    for kind in ("script_files", "css_files"):
        kept = [item for item in context.get(kind, []) if not blocked(item)]
        context[kind] = kept


def blocked(item):
    """Tell whether a script or style sheet, or its inline body, belongs to a blocked tool."""
    name = str(getattr(item, "filename", item) or "")
    body = str(getattr(item, "attributes", {}).get("body") or "")
    return any(word in name or word in body for word in BLOCKED)


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", drop_scripts, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

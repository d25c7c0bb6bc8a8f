"""Number tables that notebooks show: a figure labelled `tab-...` counts as a table."""

from docutils import nodes
from sphinx.transforms import SphinxTransform

PREFIX = "tab-"


class table_figure(nodes.figure):
    """A figure that holds a table, numbered among the tables."""


class NumberTables(SphinxTransform):
    """Turn figures with a table's label into `table_figure` before anything is numbered."""

    default_priority = 210

    def apply(self):
        """Replace the nodes of one document, keeping its labels."""
        for figure in list(self.document.findall(nodes.figure)):
            if not any(name.startswith(PREFIX) for name in figure["names"]):
                continue
            table = table_figure("", *figure.children, **figure.attributes)
            figure.replace_self(table)
            for identifier in figure["ids"]:
                self.document.ids[identifier] = table


def caption(node):
    """Return the text of a table's caption, for references by title."""
    return next((child.astext() for child in node if isinstance(child, nodes.caption)), "")


def visit(self, node):
    """Write the opening tag, as for a figure."""
    self.visit_figure(node)


def depart(self, node):
    """Write the closing tag."""
    self.depart_figure(node)


def setup(app):
    """Register with Sphinx."""
    app.add_enumerable_node(table_figure, "table", caption, html=(visit, depart))
    app.add_transform(NumberTables)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

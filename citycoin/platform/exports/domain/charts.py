"""A chart's rows as a table to take along: those of its picture and of the table beside it."""

from __future__ import annotations

from citycoin.foundation.bilingual import Words
from citycoin.platform.exports.domain.tables import Column, Kind, Table
from citycoin.platform.pages.domain.charts.figures import HIDDEN, Chart


def table_of(chart: Chart, title: Words) -> Table:
    """The rows in the language in which the chart was drawn. What the chart hides is hidden here, too."""
    first, *others = chart.table.header
    return Table(
        title=title,
        columns=[Column(_said(first)), *(Column(_said(each), Kind.WON) for each in others)],
        rows=[(row.label, *(str(HIDDEN) if cell is None else cell for cell in row.cells)) for row in chart.table.rows],
        lines=(_said(chart.title), _said(chart.how)),
    )


def _said(text: str) -> Words:
    """What is written in the reader's language already."""
    return Words(text, text)

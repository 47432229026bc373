"""Charts as SVG pictures, drawn here: no script, readable on light and dark pages and on a phone."""

from collections.abc import Mapping, Sequence

import pygal
from pygal.etree import etree
from pygal.style import Style

SVG = "image/svg+xml"
WIDE, NARROW = (760, 280), (360, 260)

# As a picture a chart sees neither the page's colours nor its fonts, only whether the person prefers dark.
_COLOURS = ("#b45309", "#0e7490", "#7c3aed", "#15803d", "#be123c", "#4d7c0f", "#1d4ed8", "#a16207")
_DARK = """inline:
@media (prefers-color-scheme: dark) {
  .axis text, .legends text, .title, .no_data, .guides text { fill: #d7d6dc !important; }
  .axis .guide.line { stroke: #3a3a42 !important; }
  .axis .line { stroke: #6d6b76 !important; }
}"""
_FONTS = 'system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif'
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#55535c",
    foreground_strong="#2a2a30",
    foreground_subtle="#e4e1dc",
    guide_stroke_color="#dcd8d2",
    major_guide_stroke_color="#dcd8d2",
    guide_stroke_dasharray="none",
    major_guide_stroke_dasharray="none",
    colors=_COLOURS,
    font_family=_FONTS,
    label_font_size=12,
    major_label_font_size=12,
    legend_font_size=12,
    value_font_size=11,
    no_data_font_size=14,
    opacity=".85",
    transition="0s",
)


def draw_lines(series: Mapping[str, Sequence], labels: Sequence[str], *, is_narrow: bool = False) -> bytes:
    """Lines over equal steps: a label and a value (None: a gap) a step."""
    chart = pygal.Line(
        **_common(is_narrow, series),
        dots_size=2,
        allow_interruptions=True,
        x_label_rotation=0,
        show_minor_x_labels=False,
    )
    return _draw(chart, series, labels, is_narrow)


def draw_bars(series: Mapping[str, Sequence], labels: Sequence[str], *, is_narrow: bool = False) -> bytes:
    """Upright bars, of several series beside each other."""
    chart = pygal.Bar(**_common(is_narrow, series), show_minor_x_labels=False)
    return _draw(chart, series, labels, is_narrow)


def draw_times(series: Mapping[str, Sequence[tuple]], *, is_narrow: bool = False, has_lines: bool = True) -> bytes:
    """Points of (date or moment, value) on a scale of time, joined by lines or not."""
    points = [moment for values in series.values() for moment, _ in values]
    has_hours = bool(points) and (max(points) - min(points)).days < 2 and hasattr(points[0], "hour")
    kind = pygal.DateTimeLine if points and hasattr(points[0], "hour") else pygal.DateLine
    chart = kind(
        **_common(is_narrow, series),
        stroke=has_lines,
        dots_size=2.5,
        x_label_rotation=0,
        x_value_formatter=lambda moment: moment.strftime("%m-%d %H:%M" if has_hours else "%Y-%m-%d"),
        x_labels_major_count=3 if is_narrow else 6,
        show_minor_x_labels=False,
    )
    return _finish(chart, series)


def _draw(chart, series: Mapping[str, Sequence], labels: Sequence[str], is_narrow: bool) -> bytes:
    chart.x_labels = list(labels)
    step = max(1, -(-len(labels) // (4 if is_narrow else 10)))
    chart.x_labels_major = list(labels)[::step]
    return _finish(chart, series)


def _finish(chart, series: Mapping[str, Sequence]) -> bytes:
    for name, values in series.items():
        chart.add(name, list(values))
    root = chart.render_tree()
    for part in list(root.iter()):
        for script in part.findall("{*}script"):  # for tooltips, which a picture cannot have
            part.remove(script)
    return etree.tostring(root)  # pygal's own: it takes lxml where that is installed


def _common(is_narrow: bool, series: Mapping[str, Sequence]) -> dict:
    width, height = NARROW if is_narrow else WIDE
    columns = 1 if is_narrow else min(3, max(1, len(series)))
    return {
        "width": width,
        "height": height + (18 * len(series) if is_narrow and len(series) > 1 else 0),
        "style": _STYLE,
        "css": ("file://style.css", "file://graph.css", _DARK),
        "js": (),
        "show_legend": len(series) > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": columns,
        "truncate_legend": 40,
        "truncate_label": 40,
        "max_scale": 6,  # lines across, at most
        "include_x_axis": True,
        "margin": 4,
        "margin_right": 30,  # half of the last label
        # It keeps room for the full rows of the legend only.
        "margin_bottom": 4 + (18 if len(series) % columns else 0),
        "explicit_size": True,
        "value_formatter": lambda value: f"{value:,.4g}" if isinstance(value, float) else f"{value:,}",
        "no_data_text": "–",
    }

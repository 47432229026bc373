"""The growth curve as an SVG picture: days of history against the seconds that one more day costs."""

from xml.sax.saxutils import escape

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 610, 50, 300


def draw_growth(curve: dict[int, float]) -> str:
    """SVG text of the curve {days of history: seconds a day}; both axes begin at 0, so no slope is stretched."""
    steps_x, steps_y = choose_steps(max(curve)), choose_steps(max(curve.values()))

    def place(days: float, seconds: float) -> tuple[float, float]:
        return LEFT + (RIGHT - LEFT) * days / steps_x[-1], BOTTOM - (BOTTOM - TOP) * seconds / steps_y[-1]

    points = [place(days, seconds) for days, seconds in sorted(curve.items())]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        '     font-family="sans-serif" font-size="13">',
        "<title>Cost of one more day by days of history</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _text(WIDTH / 2, 26, "Cost of one more day, by days of history", "middle", 'font-size="16"'),
    ]
    for step in steps_y:
        _, y = place(0, step)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}" stroke="#e0e0e0"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{step:g}", "end"))
    for step in steps_x:
        x, _ = place(step, 0)
        parts.append(f'<line x1="{x:.1f}" y1="{BOTTOM}" x2="{x:.1f}" y2="{BOTTOM + 5}" stroke="#444444"/>')
        parts.append(_text(x, BOTTOM + 20, f"{step:g}", "middle"))
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts.append(f'<polyline points="{LEFT},{TOP} {LEFT},{BOTTOM} {RIGHT},{BOTTOM}" fill="none" stroke="#444444"/>')
    parts.append(f'<polyline points="{line}" fill="none" stroke="#1f6feb" stroke-width="2.5"/>')
    for (x, y), (_, seconds) in zip(points, sorted(curve.items()), strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#1f6feb"/>')
        parts.append(_text(x, y - 10, f"{seconds:.2f} s", "middle", 'fill="#1f6feb"'))
    parts.append(_text((LEFT + RIGHT) / 2, HEIGHT - 14, "days of history", "middle"))
    turned = f'transform="rotate(-90 20 {(TOP + BOTTOM) / 2})"'
    parts.append(_text(20, (TOP + BOTTOM) / 2, "seconds a day (median)", "middle", turned))
    return "\n".join([*parts, "</svg>", ""])


def choose_steps(largest: float) -> list[float]:
    """Round marks from 0 to just above `largest`, four to eight of them."""
    size = 1e-3
    while True:
        for factor in (1, 2, 5):
            if largest * 1.05 / (size * factor) <= 7:
                count = int(largest * 1.05 / (size * factor)) + 1
                return [round(size * factor * number, 6) for number in range(count + 1)]
        size *= 10


def _text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(words)}</text>'

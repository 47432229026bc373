"""Values as JSON has them: nothing is rounded, and what JSON does not know becomes text."""

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal

JSON = "application/json"
MOST_EXACT = 2**53 - 1  # a browser's numbers lose digits beyond
DEEPEST = 40


def write_json(value: object) -> bytes:
    """JSON of anything a query returns."""
    text = json.dumps(fit_value(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def fit_value(value: object, depth: int = 0) -> object:
    """Moments are UTC with a Z; decimals, huge integers, NaN and infinities become text, as does what lies too deep."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return value if -MOST_EXACT <= value <= MOST_EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else _name_number(value)
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat()}Z" if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict) and depth < DEEPEST:
        return {str(name): fit_value(part, depth + 1) for name, part in value.items()}
    if isinstance(value, (list, tuple)) and depth < DEEPEST:
        return [fit_value(part, depth + 1) for part in value]
    return str(value)


def read_nested(text: str | None) -> object:
    """What a JSON text of DuckDB holds; the text itself when Python cannot follow it."""
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return text


def _name_number(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"

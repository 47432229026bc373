"""The token budget of a UTC day, shared by every process of this warehouse."""

from ..coordination import hold_shared_lock, open_state
from ..settings import Settings
from ..storage import write_file


def reserve_tokens(settings: Settings, day: str, tokens: int) -> bool:
    """Book an estimate before the model is asked; False, and nothing booked, when the day's budget can't cover it.

    A process that dies before it settles leaves its estimate booked: the day ends early rather than late.
    """
    return _book(settings, day, tokens, limit=settings.llm_token_budget)


def settle_tokens(settings: Settings, day: str, reserved: int, used: int) -> None:
    """Replace a booked estimate by what the model counted, on the day it was booked."""
    _book(settings, day, used - reserved)


def read_tokens(settings: Settings, day: str) -> int:
    """Tokens booked on a UTC day (YYYY-MM-DD)."""
    if settings.target == "lake":
        with open_state(settings, f"model-tokens-{day}") as (state, _):
            return state.get("tokens", 0)
    file = settings.data_dir / "model_tokens" / day
    return int(file.read_text()) if file.exists() else 0


def _book(settings: Settings, day: str, tokens: int, limit: int | None = None) -> bool:
    with hold_shared_lock(settings, "model-tokens", timeout=60):
        total = read_tokens(settings, day) + tokens
        if limit is not None and total > limit:
            return False
        _write_tokens(settings, day, max(0, total))
        return True


def _write_tokens(settings: Settings, day: str, total: int) -> None:
    if settings.target == "lake":
        with open_state(settings, f"model-tokens-{day}") as (state, _):
            state["tokens"] = total
    else:
        write_file(settings.data_dir / "model_tokens" / day, str(total).encode())

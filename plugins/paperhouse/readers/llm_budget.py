"""The token budget of a UTC day, shared by every process on this data folder."""

from ..landing import write_file
from ..locking import hold_lock
from ..settings import Settings


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
    file = settings.data_dir / "model_tokens" / day
    return int(file.read_text()) if file.exists() else 0


def _book(settings: Settings, day: str, tokens: int, limit: int | None = None) -> bool:
    with hold_lock(settings.locks_dir / "model-tokens.lock", timeout=60):
        total = read_tokens(settings, day) + tokens
        if limit is not None and total > limit:
            return False
        write_file(settings.data_dir / "model_tokens" / day, str(max(0, total)).encode())
        return True

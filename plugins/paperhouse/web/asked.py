"""What addresses may ask, as forms send it: a field left empty asks nothing."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query
from pydantic import BeforeValidator


def _empty_to(value: object):
    return BeforeValidator(lambda asked: value if asked == "" else asked)


MOST = 1_000_000_000
Number = Annotated[int | None, Query(ge=0, le=MOST), _empty_to(None)]
PageNumber = Annotated[int, Query(ge=1, le=100_000), _empty_to(1)]
Yes = Annotated[bool, Query(), _empty_to(False)]
Text = Annotated[str, Query(max_length=500)]
Day = Annotated[date, Path(description="A listing date, like 2025-12-25.")]
MaybeDay = Annotated[date | None, Query(), _empty_to(None)]
PaperId = Annotated[str, Path(pattern=r"^[0-9]{4}\.[0-9]{4,5}$", description="An arXiv id without version.")]

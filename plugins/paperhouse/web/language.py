"""In which language a page speaks: asked for in the address, remembered in a cookie, or what the browser prefers."""

from fastapi import Request

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE = "paperhouse_language"


def choose_language(request: Request) -> str:
    """Return zh or en."""
    for wish in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    for wish in request.headers.get("accept-language", "").lower().split(","):
        name = wish.split(";")[0].split("-")[0].strip()
        if name in LANGUAGES:
            return name
    return "en"

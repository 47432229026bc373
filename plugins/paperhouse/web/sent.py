"""What a program or one of our pages sends: JSON of a bounded size, and never from a page of somebody else."""

from urllib.parse import urlsplit

from fastapi import HTTPException, Request

MOST_BYTES = 100_000


async def read_json_body(request: Request) -> bytes:
    """The body of a request that may ask; raise HTTPException 403, 413, 415.

    A browser sends its login with whatever any page makes it send. What it says of that page, no page can change.
    """
    refuse_other_pages(request)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "send JSON, with the header Content-Type: application/json")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"the body has more than {MOST_BYTES:,} bytes; send a shorter query")
    return bytes(body)


def refuse_other_pages(request: Request) -> None:
    """Raise HTTPException 403 when a page of another origin made the browser ask. Programs send neither header."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    # Over plain HTTP to another host browsers leave the first out, and say the second only.
    is_ours = site == "same-origin" if site else origin is None or urlsplit(origin).netloc == request.url.netloc
    if not is_ours:
        raise HTTPException(403, "this comes from a page of another site; open the console at /sql and ask there")

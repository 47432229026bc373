"""What a browser may do with an answer: nothing comes from elsewhere, and no script stands in a page."""


def write_policy(img: str = "'self'") -> str:
    """The content security policy; only Airflow's own pages may frame ours."""
    return "; ".join(
        [
            "default-src 'none'",
            *(f"{kind}-src 'self'" for kind in ("script", "style", "connect", "frame")),
            f"img-src {img}",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        ]
    )


HEADERS = {
    "Content-Security-Policy": write_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

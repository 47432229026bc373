"""Where things are and how the sources are reached: every setting of paperhouse in one place."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import load_dotenv

from .errors import PaperhouseError

REPO = Path(__file__).resolve().parents[2]

# Seconds between two requests to a host. Hugging Face allows an anonymous caller 500 API requests in five
# minutes; arXiv asks for 3 s between API calls and, in robots.txt, 15 s between pages.
POLITE_INTERVALS = {"huggingface.co": 0.6, "export.arxiv.org": 3.0, "arxiv.org": 15.0}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class SettingInvalid(PaperhouseError):
    """A PAPERHOUSE_* variable holds something that cannot be used; the message names it and shows the form."""


@dataclass(frozen=True)
class Settings:
    """One place for paths and addresses. Build it with `load_settings()`; tests build their own."""

    data_dir: Path
    hf_url: str = "https://huggingface.co"
    arxiv_url: str = "https://arxiv.org"
    arxiv_api_url: str = "https://export.arxiv.org"
    hf_token: str | None = field(default=None, repr=False)
    contact: str | None = None
    request_intervals: dict[str, float] = field(default_factory=dict)
    llm_url: str | None = None  # None: papers are read without a model
    llm_model: str | None = None
    llm_key: str | None = field(default=None, repr=False)
    llm_language: str = "zh"
    llm_token_budget: int = 2_000_000  # in a UTC day, over all processes
    alert_email: tuple[str, ...] = ()  # who is told of a failed or late run
    alert_webhook: str | None = field(default=None, repr=False)  # a secret: whoever knows it can write there
    target: str = "local"  # or "lake", for several hosts
    lake_catalog: str | None = field(default=None, repr=False)  # postgresql://…, with its password
    lake_data: str | None = None  # a folder, or s3://bucket/prefix
    landing: str | None = None  # the same, for several hosts; None: a folder among the data

    @property
    def landing_dir(self) -> Path:
        """Untouched responses, one immutable folder a fetch; on S3 an ObjectStoragePath, which is used like a Path."""
        if self.landing is None:
            return self.data_dir / "landing"
        if "://" not in self.landing:
            return Path(self.landing)
        from .storage import open_bucket

        return open_bucket(self.landing, self.airflow_home)

    @property
    def readings_dir(self) -> Path:
        """What was read of papers, one immutable folder a batch."""
        return self.landing_dir / "readings"

    @property
    def working_database(self) -> Path:
        """Private: `raw.*` of everything that was landed. Nobody but paperhouse opens it."""
        return self.data_dir / "working.duckdb"

    @property
    def warehouse_link(self) -> Path:
        """What people open: a relative symlink to the current version."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def versions_dir(self) -> Path:
        return self.data_dir / "versions"

    @property
    def build_dir(self) -> Path:
        return self.data_dir / "build"

    @property
    def reports_dir(self) -> Path:
        return self.data_dir / "reports"

    @property
    def quality_dir(self) -> Path:
        """Results and Data Docs of Great Expectations."""
        return self.data_dir / "quality"

    @property
    def locks_dir(self) -> Path:
        return self.data_dir / "locks"

    @property
    def airflow_home(self) -> Path:
        return self.data_dir / "airflow"

    def mask(self, text: str) -> str:
        """The text without our secrets: some servers repeat the token or key that they refuse."""
        password = urlsplit(self.lake_catalog or "").password
        for secret in filter(None, (self.hf_token, self.llm_key, self.lake_catalog, password)):
            text = text.replace(secret, "***")
        return text

    def interval_for(self, url: str) -> float:
        """Seconds to leave between two requests to the host of `url`; 0 on loopback unless set.

        With a token Hugging Face allows twice as many.
        """
        host = urlsplit(url).hostname or ""
        if host in self.request_intervals:
            return self.request_intervals[host]
        if self.hf_token and host == urlsplit(self.hf_url).hostname and host in POLITE_INTERVALS:
            return POLITE_INTERVALS[host] / 2
        return 0.0 if host in LOOPBACK else POLITE_INTERVALS.get(host, 1.0)


def load_settings() -> Settings:
    """Read PAPERHOUSE_* from the environment and `.env`; an exported variable beats `.env`.

    A relative PAPERHOUSE_DATA_DIR is relative to the repository, whatever folder the caller stands in.
    """
    load_dotenv(REPO / ".env", override=False)
    env = os.environ
    return Settings(
        data_dir=(REPO / env.get("PAPERHOUSE_DATA_DIR", "data")).absolute(),
        hf_url=_base_url("PAPERHOUSE_HF_URL", Settings.hf_url),
        arxiv_url=_base_url("PAPERHOUSE_ARXIV_URL", Settings.arxiv_url),
        arxiv_api_url=_base_url("PAPERHOUSE_ARXIV_API_URL", Settings.arxiv_api_url),
        hf_token=env.get("PAPERHOUSE_HF_TOKEN") or None,
        contact=env.get("PAPERHOUSE_CONTACT") or None,
        request_intervals=_parse_intervals(env.get("PAPERHOUSE_REQUEST_INTERVALS", "")),
        **_model_settings(),
        alert_email=_parse_addresses(env.get("PAPERHOUSE_ALERT_EMAIL", "")),
        alert_webhook=_check_webhook(env.get("PAPERHOUSE_ALERT_WEBHOOK") or None),
        **_lake_settings(),
    )


def _lake_settings() -> dict:
    """Where the warehouse and what landed are, for several hosts."""
    env = os.environ
    target = env.get("PAPERHOUSE_TARGET") or Settings.target
    if target not in {"local", "lake"}:
        raise SettingInvalid(f"PAPERHOUSE_TARGET={target!r} is not known; write local or lake")
    catalog = env.get("PAPERHOUSE_LAKE_CATALOG") or None
    if catalog and not (catalog.startswith("postgresql://") and urlsplit(catalog).hostname):
        # Not quoted: it holds a password.
        raise SettingInvalid(
            "PAPERHOUSE_LAKE_CATALOG is no address of a database; write it like postgresql://user:password@host/name"
        )
    data = _folder_or_bucket("PAPERHOUSE_LAKE_DATA")
    if target == "lake" and not (catalog and data):
        raise SettingInvalid("PAPERHOUSE_TARGET=lake needs PAPERHOUSE_LAKE_CATALOG and PAPERHOUSE_LAKE_DATA; set both")
    return {
        "target": target,
        "lake_catalog": catalog,
        "lake_data": data,
        "landing": _folder_or_bucket("PAPERHOUSE_LANDING"),
    }


def _folder_or_bucket(name: str) -> str | None:
    """A folder as an absolute path (a relative one is relative to the repository), or s3://bucket/prefix as it is."""
    value = os.environ.get(name)
    if not value:
        return None
    if "://" not in value:
        return str((REPO / value).absolute())
    parts = urlsplit(value)
    if parts.scheme != "s3" or not parts.hostname or parts.password or parts.query or parts.fragment:
        raise SettingInvalid(f"{name} is no folder and no bucket; write it like s3://bucket/prefix")
    return value.rstrip("/")


def _model_settings() -> dict:
    """What is set of the model that reads; both address and model, or neither."""
    env = os.environ
    url, model = env.get("PAPERHOUSE_LLM_URL"), env.get("PAPERHOUSE_LLM_MODEL")
    if bool(url) != bool(model):
        raise SettingInvalid("PAPERHOUSE_LLM_URL and PAPERHOUSE_LLM_MODEL belong together; set both, or neither")
    if not url:
        return {}
    language = env.get("PAPERHOUSE_LLM_LANGUAGE") or Settings.llm_language
    if language not in {"zh", "en"}:
        raise SettingInvalid(f"PAPERHOUSE_LLM_LANGUAGE={language!r} is not known; write zh or en")
    budget = env.get("PAPERHOUSE_LLM_TOKEN_BUDGET") or str(Settings.llm_token_budget)
    if not re.fullmatch(r"[0-9]+", budget):
        raise SettingInvalid(f"PAPERHOUSE_LLM_TOKEN_BUDGET={budget!r} is not a number of tokens; write it like 2000000")
    return {
        "llm_url": _base_url("PAPERHOUSE_LLM_URL", "http://127.0.0.1:11434/v1"),
        "llm_model": model,
        "llm_key": env.get("PAPERHOUSE_LLM_KEY") or None,
        "llm_language": language,
        "llm_token_budget": int(budget),
    }


def _base_url(name: str, default: str) -> str:
    url = (os.environ.get(name) or default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingInvalid(f"{name}={url!r} is not a web address; write it like {default}")
    if parts.username is not None or parts.query or parts.fragment:
        # It would stand in every landed record and log.
        raise SettingInvalid(f"{name} holds more than an address, like a password; write it like {default}")
    return url


def _parse_intervals(text: str) -> dict[str, float]:
    pairs = [pair.strip() for pair in text.split(",") if pair.strip()]
    for pair in pairs:
        if not re.fullmatch(r"[^=\s]+=\d+(\.\d+)?", pair):
            raise SettingInvalid(
                f"PAPERHOUSE_REQUEST_INTERVALS: {pair!r} is not host=seconds; write it like "
                "huggingface.co=0.6,arxiv.org=15"
            )
    return {host: float(seconds) for host, seconds in (pair.split("=") for pair in pairs)}


def _parse_addresses(text: str) -> tuple[str, ...]:
    addresses = tuple(address.strip() for address in text.split(",") if address.strip())
    for address in addresses:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            raise SettingInvalid(f"PAPERHOUSE_ALERT_EMAIL: {address!r} is no address; write it like you@example.org")
    return addresses


def _check_webhook(url: str | None) -> str | None:
    parts = urlsplit(url or "")
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if url and not (is_private and parts.hostname):
        # Not quoted: it may be a whole secret with a letter missing.
        raise SettingInvalid("PAPERHOUSE_ALERT_WEBHOOK is no https address; write it like https://example.org/hook")
    return url

"""The variables that every Airflow process of paperhouse needs; `celery_env` adds those of several workers."""

import base64
import json
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from ..locking import hold_lock
from ..settings import REPO, Settings
from .celery_env import celery_variables

DAG_ID = "daily_papers"
DEFAULT_PORT = 8080

# SQLite waits this many seconds for another writer instead of failing with "database is locked". Airflow
# imports the name through [database] sql_alchemy_connect_args; WAL it switches on by itself.
SQLITE_CONNECT_ARGS = {"timeout": 60}


def airflow_environment(settings: Settings, port: int | None = None) -> dict[str, str]:
    """The whole environment of an Airflow process; a variable that the user exported keeps its value.

    `port` is where the API server of this data folder listens: tasks report their state there. Paths and
    addresses of `settings` are passed on, so that tasks see the settings their caller had. Raises CeleryUnusable.
    """
    home = airflow_home(settings)
    port = port or api_port()
    ours = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPO / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPO / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # Far below the 150 running tasks at which the pipe of LocalExecutor stalls (apache/airflow#70526).
        "AIRFLOW__CORE__PARALLELISM": "8",
        # Tasks of a killed scheduler run again half a minute after the next one started, instead of five.
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "30",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        # A new DAG file is seen within 10 s and a changed one at once, instead of after five minutes.
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "5",
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "AIRFLOW__LOGGING__UVICORN_LOGGING_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "False",
        **celery_variables(),
        **_metadata_variables(home),
        **_stable_secrets(home),
    }
    chosen = {name: value for name, value in ours.items() if not _is_exported(name)}
    return {
        **os.environ,
        **chosen,
        **_search_paths(),
        **_without_proxy(),
        **_settings_variables(settings),
    }


def airflow_home(settings: Settings) -> Path:
    """The exported AIRFLOW_HOME, else `<data>/airflow`."""
    return Path(os.environ.get("AIRFLOW_HOME") or settings.airflow_home)


def api_port() -> int:
    """The exported AIRFLOW__API__PORT, else 8080."""
    return int(os.environ.get("AIRFLOW__API__PORT") or DEFAULT_PORT)


def _metadata_variables(home: Path) -> dict[str, str]:
    name = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
    if _is_exported(name) and not os.environ.get(name, "").startswith("sqlite"):
        return {}
    connect_args = "paperhouse.operate.airflow_env.SQLITE_CONNECT_ARGS"
    return {
        name: f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS": connect_args,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONNECT_ARGS_ASYNC": connect_args,
    }


def _stable_secrets(home: Path) -> dict[str, str]:
    """The keys of this installation, made once; every component must hold the same ones."""
    path = home / "secrets.json"
    with hold_lock(home / "secrets.lock", timeout=30):
        if not path.exists():
            keys = {
                "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(32),
                "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(48),
                "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            }
            _write_private(path, keys)
        passwords = password_file(home)
        if not passwords.exists():
            _write_private(passwords, {"admin": secrets.token_urlsafe(12)})
        return json.loads(path.read_text())


def password_file(home: Path) -> Path:
    """Where Airflow's simple login keeps its passwords: a JSON object, user name to password."""
    exported = os.environ.get("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE")
    return Path(exported or home / "simple_auth_manager_passwords.json.generated")


def _write_private(path: Path, content: dict[str, str]) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
    draft.replace(path)


def _is_exported(name: str) -> bool:
    return any(os.environ.get(name + suffix) is not None for suffix in ("", "_CMD", "_SECRET"))


def _search_paths() -> dict[str, str]:
    ours = [str(REPO / "config"), str(REPO / "plugins")]
    exported = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    return {"PYTHONPATH": os.pathsep.join(ours + [path for path in exported if path not in ours])}


def _without_proxy() -> dict[str, str]:
    """Tasks talk to the API server beside them; a proxy that the user needs for the web can't reach it."""
    api_server = urlsplit(os.environ.get("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "")).hostname
    hosts = (os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")).split(",")
    value = ",".join(dict.fromkeys(host for host in [*hosts, "127.0.0.1", "localhost", api_server] if host))
    return {"no_proxy": value, "NO_PROXY": value}


def _settings_variables(settings: Settings) -> dict[str, str]:
    intervals = ",".join(f"{host}={seconds}" for host, seconds in settings.request_intervals.items())
    values = {
        "PAPERHOUSE_DATA_DIR": str(settings.data_dir),
        "PAPERHOUSE_HF_URL": settings.hf_url,
        "PAPERHOUSE_ARXIV_URL": settings.arxiv_url,
        "PAPERHOUSE_ARXIV_API_URL": settings.arxiv_api_url,
        "PAPERHOUSE_HF_TOKEN": settings.hf_token,
        "PAPERHOUSE_CONTACT": settings.contact,
        "PAPERHOUSE_REQUEST_INTERVALS": intervals,
        "PAPERHOUSE_ALERT_EMAIL": ",".join(settings.alert_email),
        "PAPERHOUSE_ALERT_WEBHOOK": settings.alert_webhook,
        "PAPERHOUSE_TARGET": settings.target,
        "PAPERHOUSE_LAKE_CATALOG": settings.lake_catalog,
        "PAPERHOUSE_LAKE_DATA": settings.lake_data,
    }
    given = {name: value for name, value in values.items() if value}
    return given | {"PAPERHOUSE_LANDING": settings.landing or ""}  # the demo has none where one is exported

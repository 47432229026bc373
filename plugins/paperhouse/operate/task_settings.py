"""How a task begins: behind what people wait for, and with settings whose secrets Airflow keeps out of every log."""

from urllib.parse import urlsplit

from airflow.sdk.log import mask_secret

from ..settings import Settings, load_settings
from ..step_back import step_back
from .worker_home import check_home


def load_task_settings() -> Settings:
    """`load_settings()`, with our secrets made known to Airflow's masker, here and in the supervisor.

    Raises AirflowFailException or OtherMachine on a worker that the local target cannot use.
    """
    step_back()
    settings = load_settings()
    password = urlsplit(settings.lake_catalog or "").password
    for secret in filter(None, (settings.hf_token, settings.llm_key, settings.lake_catalog, password)):
        mask_secret(secret)
    check_home(settings)
    return settings

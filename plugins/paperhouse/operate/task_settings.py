"""How a task begins: behind what people wait for, and with settings whose secrets Airflow keeps out of every log."""

from airflow.sdk.log import mask_secret

from ..settings import Settings, load_settings
from ..step_back import step_back


def load_task_settings() -> Settings:
    """`load_settings()`, with the token and the key made known to Airflow's masker, here and in the supervisor."""
    step_back()
    settings = load_settings()
    for secret in filter(None, (settings.hf_token, settings.llm_key)):
        mask_secret(secret)
    return settings

"""A webhook as a notifier of Airflow: one JSON POST. The address is a secret and never reaches a log."""

import logging
from urllib.parse import urlsplit

import requests
from airflow.sdk import BaseNotifier

TIMEOUT = 10  # seconds to connect, and as many for the answer

log = logging.getLogger("paperhouse")


class WebhookNotifier(BaseNotifier):
    """Send `payload` as JSON. A webhook that does not take it is a line in the log and never an error of the run."""

    def __init__(self, url: str, payload: dict) -> None:
        super().__init__()
        self._url = url
        self._payload = payload

    def notify(self, context: dict) -> None:
        """`context` is Airflow's, and not needed: the payload is complete."""
        host = urlsplit(self._url).hostname
        try:
            # A redirect would carry the message to whoever is named in it.
            answer = requests.post(self._url, json=self._payload, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            log.warning("the webhook at %s gave no answer: %s", host, type(error).__name__)
            return
        if answer.status_code >= 300:
            log.warning("the webhook at %s answered HTTP %d", host, answer.status_code)

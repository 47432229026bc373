"""The Airflow plugin of paperhouse."""

from airflow.plugins_manager import AirflowPlugin
from paperhouse.operate import run_notes


class PaperhousePlugin(AirflowPlugin):
    """Notes on runs and their tasks: see `run_notes`."""

    name = "paperhouse"
    listeners = (run_notes,)

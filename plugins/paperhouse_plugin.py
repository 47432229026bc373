"""The Airflow plugin of paperhouse."""

from airflow.plugins_manager import AirflowPlugin
from paperhouse.operate import run_notes
from paperhouse.operate.run_deadline import RunCreated


class PaperhousePlugin(AirflowPlugin):
    """Notes on runs and their tasks, see `run_notes`, and from when a run is late."""

    name = "paperhouse"
    listeners = (run_notes,)
    deadline_references = (RunCreated,)

"""MLflow: a run for each system, with its scores as metrics, in whatever store its tracking URI names."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from xeval.api import BadValue, CellScored, Notice, RunBegan, hookimpl
from xeval.plugins.trackers.naming import level_of, metric_of, system_of

EXPERIMENT = "xeval"


@dataclass(frozen=True)
class MLflow:
    """Runs of the experiment `xeval`: `--track mlflow:URI`, such as `mlflow:http://localhost:5000`."""

    name: str = "mlflow"
    version: str = "1"

    def check(self, to: str) -> None:
        """Raise BadValue without a URI, or without the library."""
        if not to:
            raise BadValue("MLflow needs a tracking URI.", hint="Write --track mlflow:sqlite:///mlflow.db")
        if find_spec("mlflow") is None:
            raise BadValue("MLflow is not installed.", hint="pip install 'xeval-harness[mlflow]'")

    def open(self, to: str) -> Systems:
        """Connect, and find or make the experiment."""
        from mlflow.tracking import MlflowClient

        client = MlflowClient(tracking_uri=to)
        found = client.get_experiment_by_name(EXPERIMENT)
        return Systems(client, found.experiment_id if found else client.create_experiment(EXPERIMENT))


@dataclass
class Systems:
    """One run of MLflow's for each system of ours."""

    client: Any
    experiment: str
    run: str = ""
    _runs: dict[str, str] = field(default_factory=dict)

    def note(self, notice: Notice) -> None:
        """Log a score."""
        if isinstance(notice, RunBegan):
            self.run = notice.run[:12]
        elif isinstance(notice, CellScored) and notice.cell.score is not None:
            cell = notice.cell
            name = system_of(cell)
            if name not in self._runs:
                made = self.client.create_run(self.experiment, run_name=name, tags={"xeval.run": self.run})
                self._runs[name] = made.info.run_id
                for key in ("model", "recipe", "seed"):
                    self.client.log_param(self._runs[name], key, getattr(cell, key))
            self.client.log_metric(self._runs[name], metric_of(cell), cell.score, step=level_of(cell))

    def close(self) -> None:
        """Mark the runs as finished."""
        for run in self._runs.values():
            self.client.set_terminated(run)


@hookimpl
def xeval_observers() -> list[MLflow]:
    """One observer."""
    return [MLflow()]

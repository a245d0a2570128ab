"""The manifest of an artifact: what it is, from what, made how, where and when."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import UTC, datetime

from xeval.learning.telemetry import told
from xeval.phases import RECORD
from xeval.plans.stage import Stage
from xeval.running.machine import machine
from xeval.running.provenance import plugins_of
from xeval.running.workbench import Workbench
from xeval.tuning import Report
from xeval.values import Json


def describe(stage: Stage, bench: Workbench, started: float, report: Report | None = None) -> dict[str, Json]:
    """A manifest: what the artifact is, from what, made how, where and when; telemetry is that of the whole job."""
    record = RECORD.get()
    return {
        "schema": "xeval.artifact/1",
        "key": stage.key,
        "kind": stage.kind,
        "label": stage.label,
        "params": stage.params,
        "inputs": [need.key for need in stage.inputs],
        "report": asdict(report) if report else None,
        "telemetry": told(record, bench.compute) if record else None,
        "seconds": round(time.perf_counter() - started, 3),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "plugins": plugins_of(stage.params, bench.catalogue),
    }

"""What a benchmark writes down beside its figures."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def about(options: argparse.Namespace) -> dict[str, Any]:
    """The options, the day and the machine; of the system no more than its name."""
    from xeval.running.machine import machine

    plain = {name: value for name, value in vars(options).items() if not isinstance(value, Path)}
    return {
        "options": plain,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": dict(machine()) | {"system": "Linux"},
    }


def written(output: Path | None, document: dict[str, Any]) -> None:
    """Write the document, its figures with four digits, where asked for."""
    if output:
        output.write_text(json.dumps(rounded(document), indent=1) + "\n")


def rounded(value: Any) -> Any:
    """The same with four significant digits."""
    if isinstance(value, dict):
        return {name: rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value

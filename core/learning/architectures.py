"""Which architectures the installed transformers has, and for what. Without torch."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def is_known(architecture: str) -> bool:
    """Whether transformers has an architecture."""
    return not tables() or any(f'"{architecture}"' in text for text in tables())


@cache
def listed(task: str) -> frozenset[str]:
    """The architectures that transformers has for a task, such as CAUSAL_LM; none where it keeps no such table."""
    found = (
        re.search(rf"^MODEL_FOR_{task}_MAPPING_NAMES\b.*?^\)", text, re.DOTALL | re.MULTILINE) for text in tables()
    )
    table = next((match[0] for match in found if match), "")
    return frozenset(re.findall(r'^ +\("([^"]+)",', table, re.MULTILINE))


@cache
def tables() -> tuple[str, ...]:
    """The text of the tables in which transformers lists architectures: to load them takes long."""
    library = find_spec("transformers")
    files = Path(library.origin).parent.glob("models/auto/*.py") if library and library.origin else []
    return tuple(path.read_text(encoding="utf-8") for path in files)

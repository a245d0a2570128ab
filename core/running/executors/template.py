"""What workers that are copied have in common: libraries opened, and tables that they make when first needed."""

from __future__ import annotations

import xeval.running.executors.work  # noqa: F401 - to have it, and with it torch and transformers, in every copy
from xeval.learning.models import get_ready

get_ready()

"""How intermediate tasks are trained on: as the harness of Phang et al. 2020 released it, where that is known.

Learning rate, epochs, warm-up, weight decay and lengths are jiant's (nyu-mll/jiant, the X-STILTs guide); batches are of
32 as in XTREME, and not of 4 as there.
"""

from __future__ import annotations

from xeval.api import Training

SENTENCES = Training(learning_rate=1e-5, batch_size=32, epochs=3, max_length=256, warmup=0.1, weight_decay=0.01)
QUESTIONS = Training(  # as XTREME trains its question answering, which starts from the same data
    learning_rate=3e-5,
    batch_size=32,
    epochs=3,
    max_length=384,
    warmup=0.06,
    weight_decay=1e-4,
    stride=128,
    max_query=64,
    max_answer=30,
)

"""How XTREME's own scripts train XLM-R large, per kind of task (google-research/xtreme, scripts/train_*.sh)."""

from __future__ import annotations

from xeval.api import Training

PAIRS = Training(learning_rate=2e-5, batch_size=32, epochs=5, max_length=128, warmup=0.0)
TAGGING = Training(learning_rate=2e-5, batch_size=32, epochs=10, max_length=128, warmup=0.0)
QUESTIONS = Training(
    learning_rate=3e-5,
    batch_size=32,
    epochs=3,
    max_length=384,
    warmup=0.06,  # the scripts say 500 steps, which is this share of three epochs of SQuAD
    weight_decay=1e-4,
    stride=128,
    max_query=64,
    max_answer=30,
)
# Dual encoders; XTREME sums the gradients of 4 batches of 4 (LAReQA) or 8 (Mewsli-X), each by itself.
ANSWERS = Training(
    learning_rate=2e-5, batch_size=16, epochs=3, max_length=256, max_query=96, warmup=0.0, weight_decay=0.0
)
MENTIONS = Training(
    learning_rate=1e-5, batch_size=32, epochs=2, max_length=64, max_query=64, warmup=0.0, weight_decay=0.0
)

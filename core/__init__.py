"""xeval: evaluation of zero-shot cross-lingual transfer."""

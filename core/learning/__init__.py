"""The hands that need torch: models, heads, training, predicting."""

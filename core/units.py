"""Words and graphemes of every script, and changes to a share of them."""

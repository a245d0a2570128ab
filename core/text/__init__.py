"""Units of text, and text that changes while its labels stay true."""

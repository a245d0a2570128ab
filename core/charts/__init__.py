"""Charts and pages: numbers to inline SVG and to HTML that opens offline. Pure."""

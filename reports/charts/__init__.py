"""One kind of chart per file; each returns SVG text."""

"""`make bench`: what a rebuild and a day cost, beside the same work written by hand in DuckDB and in polars."""

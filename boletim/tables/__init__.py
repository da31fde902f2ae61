"""Tables on disk: csv, tsv, jsonl and parquet, read whole or in batches, and numbers cut into bands."""

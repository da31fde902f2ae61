"""What can be found out about a run before it begins: names, files, columns, bars, models. Nothing is written."""

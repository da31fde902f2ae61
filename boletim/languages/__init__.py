"""One YAML file per language: report words, professions, gendered forms, sentence frames."""

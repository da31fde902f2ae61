"""The card in other people's formats: Markdown, JUnit, ML-BOM."""

"""From results to a card: gates, verdict, charts, PDF, HTML and Markdown."""

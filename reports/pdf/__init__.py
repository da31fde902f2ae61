"""From HTML to PDF, in a bounded process."""

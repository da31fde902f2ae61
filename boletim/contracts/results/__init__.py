"""What stages hand on: records of the search, the audit, the card."""

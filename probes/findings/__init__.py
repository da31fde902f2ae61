"""What probes conclude: verdicts and claims."""

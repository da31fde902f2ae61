"""The search: trials asked, attempted, told."""

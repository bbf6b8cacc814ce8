"""Members, their roles, their sealed API keys and the audit trail. Never knows what a job is."""

"""Who may open which door: every address, every role, every method, against one table (E1, PERM-01)."""

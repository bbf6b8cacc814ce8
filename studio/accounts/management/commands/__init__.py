"""Commands of members and keys."""

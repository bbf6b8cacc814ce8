"""Django's SQLite, with a better way to wait for the one write lock that there is."""

"""A Doitong of our own, to develop, test and demonstrate against.

A plain WSGI application with its own small database, painter, messenger and
fault control.  It is written from the provider's documentation alone, shares no
code with the studio or its client, and imports nothing of theirs.
"""

VERSION = "sandbox-1"

"""The floor that any team would build first: one Django view that asks the provider and waits for it.

No queue, no ledger, no limits: a session, a user, one blocking call, a file, a row, a page. What the
studio adds to it is what its promises cost.
"""

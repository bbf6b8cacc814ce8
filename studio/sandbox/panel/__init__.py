"""The sandbox's fault panel for people (G14): plain pages and forms, no script, under /panel.

It does what the control endpoint does, by the same functions, for eyes and hands.
"""

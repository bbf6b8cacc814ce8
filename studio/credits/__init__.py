"""The ledger: entries, holds and the prices learned. Never knows what a picture is."""

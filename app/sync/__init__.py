"""Sending sealed cases to the bank and fetching its answers: outbox, uploader, feeds and their thread."""

"""The application service: what a person can do with a signing case, headless."""

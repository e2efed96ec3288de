"""The encrypted journal, the case files, the keys and the migrations."""

"""The guide of a first run: a page a step, from the language to the first case."""

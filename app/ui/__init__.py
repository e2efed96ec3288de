"""The window: a page per step, small widgets, one runner of operations. It asks the desk and paints what it returns."""

"""One page of the window a module; ``page.Page`` is what they share."""

"""The window: a page per step, small widgets, one runner of operations. It asks the desk and paints what it returns.

Every widget that a person uses has a stable object name, ``page.widget`` (``terms.price``, ``consent.agree``,
``papers.tile.income_proof``, ``sign.pad``), with ``rail.``, ``top.`` and ``evidence.`` around the pages. Tests and the
demonstration drive the window by these names; a test holds them unique on each page.
"""

"""The parts of ``benchmarks.identity``: whose faces, what is compared, what attacks, how fast, and what comes of it."""

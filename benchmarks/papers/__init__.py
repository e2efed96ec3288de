"""The parts of ``benchmarks.documents``: one paper measured, other readers on the same picture, papers from outside."""

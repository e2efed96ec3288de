"""Documents to sign, their sealed PDFs, the check of both, and the evidence package of a case."""

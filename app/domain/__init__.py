"""Facts and rules of the trade: pure values and functions, no I/O, no clock, no Qt, no numpy."""

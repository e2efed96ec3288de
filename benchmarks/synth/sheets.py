"""Every drawn paper that is not a card, by kind."""

from __future__ import annotations

from benchmarks.synth import sheets_invoice, sheets_money, sheets_person, sheets_photo, sheets_vehicle

DRAW = {**sheets_invoice.DRAW, **sheets_vehicle.DRAW, **sheets_person.DRAW, **sheets_money.DRAW, **sheets_photo.DRAW}

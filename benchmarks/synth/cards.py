"""Every card and licence that can be invented."""

from __future__ import annotations

from benchmarks.synth.bank_cards import bank_card
from benchmarks.synth.id_cards import id_card_back, id_card_front
from benchmarks.synth.licences import driving_licence, vehicle_licence

DRAW = {"id_card_front": id_card_front, "id_card_back": id_card_back, "driving_licence": driving_licence,
        "vehicle_licence": vehicle_licence, "bank_card": bank_card}

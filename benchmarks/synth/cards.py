"""Every card that can be invented."""

from __future__ import annotations

from benchmarks.synth.id_cards import id_card_back, id_card_front

DRAW = {"id_card_front": id_card_front, "id_card_back": id_card_back}

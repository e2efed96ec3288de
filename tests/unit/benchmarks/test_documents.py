"""The benchmark of papers: what it draws is what it says, and what is reported was never tuned by."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.capture.card_view import CARD_FIELDS
from app.capture.kinds import kinds
from benchmarks.papers.measure import Read, Trial, required
from benchmarks.papers.rivals import RAPIDOCR, Rival, printed
from benchmarks.synth.papers import DRAW
from benchmarks.synth.specimen import REPORTING, TUNING

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("kind", sorted(DRAW))
def test_a_specimen_says_what_its_kind_has(kind):
    specimen, again, other = DRAW[kind](TUNING[0]), DRAW[kind](TUNING[0]), DRAW[kind](TUNING[1])
    known = CARD_FIELDS.get(kind) or [field.name for field in kinds()[kind].fields]
    assert specimen.kind == kind
    assert required(kind) <= specimen.fields.keys() <= set(known)
    assert specimen.fields == again.fields != other.fields
    assert np.array_equal(specimen.picture, again.picture)


def test_no_seed_is_both_tuned_by_and_reported():
    assert not set(TUNING) & set(REPORTING)
    command = [sys.executable, "-m", "benchmarks.documents", "--misses", "--per-kind", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "tuning seeds only" in done.stderr


def trial(fields: dict[str, str], *blocks: str) -> Trial:
    read = Read("id_card_back", fields, frozenset(fields), blocks, 0.4, 0.4)
    return Trial("id_card_back", "good", 1, {"authority": "演示市公安局", "valid_to": "long-term"}, read, 0.95)


def test_the_gate_is_judged_by_what_was_read():
    right, missing = trial({"authority": "演示市公安局", "valid_to": "long-term"}), trial({"valid_to": "long-term"})
    wrong = trial({"authority": "演示市公安司", "valid_to": "long-term"})
    assert (right.false_accept, right.false_reject, right.wrong) == (False, False, frozenset())
    assert (missing.false_accept, missing.wrong, missing.right) == (False, frozenset(), {"valid_to"})
    assert (wrong.false_accept, wrong.wrong) == (True, {"authority"})
    assert trial(wrong.read.fields, "quality.blur").false_accept is False
    assert trial(right.read.fields, "quality.blur").false_reject is True


def test_a_rival_is_given_a_value_that_is_anywhere_in_its_text():
    rival = Rival(RAPIDOCR, None, "有 效期限 2019.05. 20-长期", 1.0)
    assert rival.seen({"valid_from": "2019-05-20", "valid_to": "long-term", "authority": "演示市公安局"}) == 2
    assert "1,500.00" in printed("1500.00")

"""Text lines come from the models inside the wheel, with no word to any network and no word on the console."""

import socket

import numpy as np
import pytest

from app.capture import ocr
from app.demo import papers
from app.domain.condition import Condition


def test_lines_are_read_with_places_and_without_network(monkeypatch, capfd):
    def refuse(*_, **__):
        raise AssertionError("text recognition opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    ocr._engine.cache_clear()
    lines = ocr.lines(papers.draw_paper("income_proof"), ocr.PAGE_SIDE)
    title = next(line for line in lines if "收入证明" in line.text)
    assert title.confidence > 0.9
    assert title.start[0] < 877 < title.end[0]
    assert title.left < title.right
    assert any("15,800.00" in line.text for line in lines)
    assert capfd.readouterr() == ("", "")


def test_warming_up_loads_the_finder_and_the_recogniser():
    ocr._engine.cache_clear()
    ocr.warm()
    assert ocr._engine().text_det is not None
    assert ocr._engine().text_rec is not None


def test_an_empty_page_has_no_lines():
    assert ocr.lines(np.full((300, 500, 3), 255, np.uint8)) == ()


def test_a_missing_model_is_named(monkeypatch, tmp_path):
    class Nowhere:
        origin = str(tmp_path / "__init__.py")

    monkeypatch.setattr(ocr.importlib.util, "find_spec", lambda _: Nowhere)
    ocr._engine.cache_clear()
    with pytest.raises(Condition, match=r"ocr\.model_missing"):
        ocr.lines(np.zeros((64, 64, 3), np.uint8))
    ocr._engine.cache_clear()

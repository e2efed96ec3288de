import pytest
from pydantic import ValidationError

from app.domain.condition import Condition
from app.domain.ink import Ink, InkPoint, check_ink, same_ink, shape_sha256
from tests.unit.forms.forms_bank import ink


def pad(*strokes: list[tuple[float, float]]) -> Ink:
    return Ink(strokes=tuple(tuple(InkPoint(x=x, y=y, t_ms=0, pressure=0.5) for x, y in stroke) for stroke in strokes),
               pad_width_mm=100, pad_height_mm=50, device="mouse")


@pytest.mark.parametrize(("strokes", "code"), [
    ((), "ink.blank"),
    (([],), "ink.blank"),
    (([(0.5, 0.5)],), "ink.too_short"),
    (([(0.5, 0.5)] * 40,), "ink.too_short"),
    (([(0.1, 0.1), (0.9, 0.9)],), "ink.too_short"),
])
def test_what_is_no_signature_is_refused(strokes, code):
    with pytest.raises(Condition) as raised:
        check_ink(pad(*strokes))
    assert raised.value.code == code


def test_a_single_long_stroke_is_a_signature():
    check_ink(pad([(0.1 + i / 20, 0.5) for i in range(10)]))


def test_a_moved_and_scaled_copy_is_known():
    original = ink(3)
    copy = original.model_copy(update={"strokes": tuple(
        tuple(p.model_copy(update={"x": p.x / 2 + 0.2, "y": p.y / 2 + 0.1, "t_ms": p.t_ms + 7}) for p in stroke)
        for stroke in original.strokes)})
    assert same_ink(original, copy)
    assert shape_sha256(original) == shape_sha256(copy)


def test_writing_again_is_not_a_copy():
    assert not same_ink(ink(1), ink(2))
    assert shape_sha256(ink(1)) != shape_sha256(ink(2))


def test_ink_of_before_the_tilt_still_opens():
    point = {"x": 0.1, "y": 0.2, "t_ms": 3, "pressure": 0.5}
    old = Ink.model_validate({"strokes": [[point]], "pad_width_mm": 100, "pad_height_mm": 50, "device": "pen"})
    assert old.points()[0].tilt_x is None


def test_time_runs_forward():
    with pytest.raises(ValidationError):
        Ink(strokes=((InkPoint(x=0, y=0, t_ms=9, pressure=0), InkPoint(x=0, y=0, t_ms=3, pressure=0)),),
            pad_width_mm=100, pad_height_mm=50, device="pen")

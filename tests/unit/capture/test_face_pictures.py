"""Faces in single pictures by the real engine: who is in a photo together, a chip's photo, templates of live frames."""

import cv2
import numpy as np
import pytest

from app.capture import face_pictures
from app.capture.face_pictures import Template
from app.demo.portrait import camera_picture, card_portrait
from tests.refused import refused


def jpeg(image: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", image)[1].tobytes()


@pytest.fixture(scope="module")
def examples(request):
    folder = request.getfixturevalue("shared_data") / "faces" / "ageitgey+face_recognition" / "examples"
    return {name: (folder / f"{name}.jpg").read_bytes() for name in ("obama", "obama2", "biden", "two_people")}


@pytest.fixture(scope="module")
def photo(examples) -> bytes:
    """Two people side by side, as the photo together shows them."""
    return together(examples, 700, 700)


def together(examples, *heights: int) -> bytes:
    """Two people, each picture this many pixels high, before a grey wall."""
    wall = np.full((720, 1280, 3), 150, np.uint8)
    for name, height, left in zip(("obama2", "biden"), heights, (60, 760), strict=True):
        person = cv2.imdecode(np.frombuffer(examples[name], np.uint8), cv2.IMREAD_COLOR)
        person = cv2.resize(person, None, fx=height / person.shape[0], fy=height / person.shape[0])
        wall[-height:, left:left + person.shape[1]] = person
    return jpeg(wall)


def test_both_people_are_found_in_the_photo_together(examples, photo):
    seen = face_pictures.read_together(photo, (examples["obama"],), examples["biden"])
    assert seen.faces == 2
    assert (seen.customer.zone, seen.manager.zone) == ("pass", "pass")
    swapped = face_pictures.read_together(photo, (examples["biden"],), examples["obama"])
    assert (swapped.customer.zone, swapped.manager.zone) == ("pass", "pass")


def test_a_person_farther_off_is_seen_too(examples):
    """Found at another size than the near one, where the search had already stopped."""
    seen = face_pictures.read_together(together(examples, 700, 440), (examples["obama"],), examples["biden"])
    assert seen.faces == 2
    assert seen.manager.zone == "pass"


def test_who_is_not_in_the_photo_is_not_found(examples, photo):
    seen = face_pictures.read_together(photo, (jpeg(camera_picture()),), examples["biden"])
    assert (seen.customer.zone, seen.manager.zone) == ("fail", "pass")


def test_one_face_is_never_two_people(examples):
    """The manager's picture as the customer's: only one of them can be the one face there is."""
    seen = face_pictures.read_together(examples["obama2"], (examples["obama"],), examples["obama"])
    assert seen.faces == 1
    assert [seen.customer, seen.manager].count(None) == 1


def test_without_pictures_of_anybody_faces_are_counted_only(photo, monkeypatch):
    monkeypatch.setattr(type(face_pictures.engine()), "embedding", lambda *_: pytest.fail("nobody may be compared"))
    assert face_pictures.read_together(photo, (), None) == face_pictures.Together(faces=2)
    assert face_pictures.read_together(jpeg(np.full((480, 640, 3), 90, np.uint8)), (), None).faces == 0


def test_references_that_show_no_face_compare_nobody(photo):
    blank = jpeg(np.full((480, 640, 3), 90, np.uint8))
    seen = face_pictures.read_together(photo, (blank, b"no picture"), blank)
    assert (seen.faces, seen.customer, seen.manager) == (2, None, None)


def test_a_chip_photo_is_the_face_of_its_card_or_not(examples):
    chip = jpeg(cv2.resize(card_portrait(), (102, 126), interpolation=cv2.INTER_AREA))
    assert face_pictures.compare_with_chip(jpeg(card_portrait()), chip).zone == "pass"
    assert face_pictures.compare_with_chip(examples["biden"], chip).zone == "fail"


def test_a_print_that_cannot_be_compared_is_not_and_a_bad_chip_photo_is_told():
    chip, blank = jpeg(card_portrait()), jpeg(np.full((300, 240, 3), 200, np.uint8))
    assert face_pictures.compare_with_chip(None, chip) is None
    assert face_pictures.compare_with_chip(blank, chip) is None
    refused("face.none", face_pictures.compare_with_chip, chip, blank)
    refused("picture.not_an_image", face_pictures.compare_with_chip, None, b"no picture")
    refused("picture.truncated", face_pictures.compare_with_chip, chip, chip[:200])


def test_a_template_finds_the_same_person_and_no_other(examples):
    live = face_pictures.template((examples["obama"], b"no picture", examples["obama2"]))
    assert live.pack_sha256 == face_pictures.engine().pack_sha256
    others = tuple(face_pictures.template((picture,)).embedding
                   for picture in (examples["biden"], examples["obama2"], jpeg(camera_picture())))
    assert face_pictures.alike(live, others) == (1,)


def test_templates_of_another_pack_or_size_are_not_compared(examples):
    live = face_pictures.template((examples["obama"],))
    assert face_pictures.template((b"no picture",)) is None
    assert face_pictures.alike(Template("0" * 64, live.embedding), (live.embedding,)) == ()
    assert face_pictures.alike(live, (live.embedding[:64], live.embedding)) == (1,)


def test_ones_own_face_is_kept_small_and_can_be_found_again(examples):
    crop = face_pictures.face_crop(examples["biden"])
    height, width = cv2.imdecode(np.frombuffer(crop, np.uint8), cv2.IMREAD_COLOR).shape[:2]
    assert max(height, width) <= 480
    assert face_pictures.read_together(examples["biden"], (), crop).manager.zone == "pass"
    refused("face.two", face_pictures.face_crop, examples["two_people"])

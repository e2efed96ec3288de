"""Whole attempts on rendered pictures and with a bank's models: what is held before the camera is named and refused."""

import shutil

import cv2
import numpy as np
import pytest

from app.capture.engines import load_engine
from app.capture.measures import measure
from app.demo.card import draw_front
from app.demo.portrait import camera_picture, card_portrait
from app.demo.story import DEFAULT
from app.domain.challenge import LivenessRules
from tests.unit.capture.theatre import (
    FILE,
    LENIENT,
    Theatre,
    answering,
    answering_another,
    backlit,
    mask,
    on_a_phone,
    sunglasses,
)

ENFORCED = LENIENT.model_copy(update={"light": "enforce"})
WITHOUT_LIGHT = LENIENT.model_copy(update={"light": "off"})


@pytest.fixture(scope="module")
def points(built_in):
    picture = camera_picture()
    return built_in.points(picture, built_in.faces(picture)[0])


def begun(engine, clips, **options):
    """An attempt in its first action."""
    theatre = Theatre(engine, ("turn_left", "blink", "nod"), **options)
    theatre.play(clips.still(1.2, theatre.fps))
    assert theatre.progress.phase == "action"
    return theatre


# -- the coloured light ------------------------------------------------------------------------------------------------


def test_a_living_face_answers_the_light(bank_pack, puppet):
    theatre = Theatre(bank_pack, rules=ENFORCED, fps=10)
    theatre.rest(puppet, 8, answering, lag_s=0.2)
    light = theatre.result.light
    assert theatre.progress.phase == "passed"
    assert not {"light_no_answer", "light_unclear"} & set(theatre.result.reasons)
    assert light.answered is True
    assert light.correlation > 0.77
    assert 0.03 < light.amplitude < 0.2
    assert light.lag_s == pytest.approx(0.2, abs=0.15)


@pytest.mark.parametrize("answer", [None, answering_another])
def test_a_puppet_fed_in_that_does_not_answer_is_refused(bank_pack, puppet, answer):
    theatre = Theatre(bank_pack, rules=ENFORCED, fps=10)
    theatre.rest(puppet, 8, answer)
    assert theatre.progress.phase == "passed"
    assert theatre.result.verdict == "reject"
    assert "light_no_answer" in theatre.result.reasons
    assert theatre.result.light.correlation < 0.45


# -- prints and screens ------------------------------------------------------------------------------------------------


def test_a_film_on_a_phone_is_rejected_by_the_attack_model(bank_pack, clips):
    theatre = Theatre(bank_pack, ("turn_left", "open_mouth", "nod"), rules=WITHOUT_LIGHT, fps=15)
    for name in ("still", "turn_left", "still", "open_mouth", "still", "nod", "still"):
        theatre.play(clips[name], on_a_phone)
    result = theatre.result
    assert all(a.passed for a in result.actions)
    assert result.verdict == "reject"
    assert "presentation_attack" in result.reasons
    assert result.passive < 0.3
    assert result.passive_frames >= 8


def test_an_id_card_before_the_camera_is_no_person(bank_pack):
    card = cv2.resize(draw_front(DEFAULT.customer, card_portrait()), (640, 400), interpolation=cv2.INTER_AREA)
    scene = np.full((480, 640, 3), 140, np.uint8)
    scene[40:440] = card
    theatre = Theatre(bank_pack, ("turn_left", "blink", "nod"), fps=3)
    theatre.play([scene] * 110)
    assert theatre.progress.phase == "failed"
    assert theatre.result.verdict == "reject"
    assert {"no_neutral_face", "too_small"} <= set(theatre.result.reasons)
    assert not [a for a in theatre.result.actions if a.passed]


# -- what lies over the face, and the light of the room ------------------------------------------------------------------


@pytest.mark.parametrize("what", ["sunglasses", "mask", "backlit", "night"])
def test_a_face_that_cannot_be_used_is_told_why(bank_pack, clips, points, what):
    change = {"sunglasses": sunglasses(points), "mask": mask(points), "backlit": backlit,
              "night": lambda image: (image * 0.13).astype(np.uint8)}[what]
    theatre = Theatre(bank_pack, ("turn_left", "blink", "nod"), fps=3)
    theatre.play(clips.still(31, 3), change)
    code = "too_dark" if what == "night" else what
    assert code in theatre.guidance
    assert theatre.result.verdict == "reject"
    assert {"no_neutral_face", code} <= set(theatre.result.reasons)


def test_the_built_in_engine_sees_no_action_behind_a_mask_either(built_in, clips, points):
    seen, _ = measure(built_in, mask(points)(clips["still"][0]))
    assert seen.faces == 0 or seen.covered == "mouth"


@pytest.mark.parametrize("colour", [(205, 190, 120), (235, 238, 236), (30, 28, 30), (120, 120, 125)])
def test_masks_of_all_colours_cover(bank_pack, clips, points, colour):
    seen, _ = measure(bank_pack, mask(points, colour)(clips["still"][0]))
    assert (seen.faces, seen.covered) == (1, "mouth")


def test_bare_faces_are_not_called_covered(bank_pack, shared_data):
    seen = []
    for path in sorted((shared_data / "faces" / "chinese").rglob("*.jpg")):
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        seen.append(measure(bank_pack, image)[0])
    assert sum(found.faces > 0 for found in seen) >= 40
    assert [found.covered for found in seen if found.covered] == []


def test_an_overexposed_face_is_not_called_masked(bank_pack, clips):
    seen = [measure(bank_pack, np.clip(image * 1.6, 0, 255).astype(np.uint8))[0] for image in clips["still"][:3]]
    assert {(found.faces, found.covered) for found in seen} == {(1, "")}


def test_dark_eyes_under_a_lamp_are_no_sunglasses(bank_pack, shared_data):
    video = cv2.VideoCapture(str(shared_data / "video/vardanagarwal+Proctoring-AI/eye_tracking/center_focus.mp4"))
    seen = [measure(bank_pack, video.read()[1])[0] for _ in range(30)]
    video.release()
    assert {(found.faces, found.covered) for found in seen} == {(1, "")}


# -- frames that no camera gives -----------------------------------------------------------------------------------------


def test_black_frames_in_mid_step(bank_pack, clips):
    theatre = begun(bank_pack, clips)
    theatre.play(clips.still(2), lambda image: np.zeros_like(image))
    assert (theatre.progress.reason, theatre.result.verdict) == ("black_picture", "reject")


def test_a_frozen_picture(bank_pack, clips):
    theatre = begun(bank_pack, clips)
    frozen = clips["still"][0]
    for _ in range(20):
        theatre.frames -= 1
        theatre.show(frozen)
    assert (theatre.progress.reason, theatre.result.verdict) == ("frozen", "reject")


def test_a_picture_that_changes_its_size(bank_pack, clips):
    theatre = begun(bank_pack, clips)
    theatre.show(cv2.resize(clips["still"][0], (1280, 720)))
    assert (theatre.progress.reason, theatre.result.verdict) == ("size_changed", "reject")


def test_two_people(bank_pack, clips):
    def beside(image):
        one = cv2.resize(image[:, 120:520], (320, 384))
        return np.pad(np.hstack([one, one[:, ::-1]]), ((48, 48), (0, 0), (0, 0)), "edge")

    theatre = begun(bank_pack, clips)
    theatre.play(clips.still(2), beside)
    assert "two_faces" in theatre.guidance
    assert (theatre.progress.reason, theatre.result.verdict) == ("two_faces", "reject")


def smaller_beside(clips, points, share):
    """Another face beside the customer's, as wide as this share of the picture."""
    (left, top), (right, bottom) = points.min(axis=0).astype(int), points.max(axis=0).astype(int)
    grown = round((right - left) * 0.3)
    other = clips["still"][0][max(0, top - 3 * grown):bottom + grown, left - grown:right + grown, :]
    other = cv2.resize(other, None, fx=640 * share / (right - left), fy=640 * share / (right - left),
                       interpolation=cv2.INTER_AREA)

    def beside(image):
        image = image.copy()
        image[60:60 + other.shape[0], 640 - other.shape[1]:] = other[:420]
        return image

    return beside


@pytest.mark.parametrize("share", [0.15, 0.18, 0.22])
@pytest.mark.parametrize("pack", ["built_in", "bank_pack"])
def test_a_second_person_further_back(request, pack, clips, points, share):
    theatre = begun(request.getfixturevalue(pack), clips)
    theatre.play(clips.still(2.5), smaller_beside(clips, points, share))
    assert "two_faces" in theatre.guidance
    assert (theatre.progress.reason, theatre.result.verdict) == ("two_faces", "reject")


def test_nobody_begins_with_a_second_person_further_back(built_in, clips, points):
    theatre = Theatre(built_in, ("turn_left", "blink", "nod"))
    theatre.play(clips.still(4), smaller_beside(clips, points, 0.15))
    assert theatre.progress.phase == "align"
    assert theatre.progress.guidance == "two_faces"
    theatre.play(clips.still(2.5))
    assert theatre.progress.phase == "action"


def test_a_face_that_leaves_and_another_that_comes(bank_pack, clips, shared_data):
    photo = cv2.imdecode(np.fromfile(shared_data / "faces/ageitgey+face_recognition/examples/obama-480p.jpg", np.uint8), 1)
    face = bank_pack.faces(photo)[0]
    x, y, width, height = face.box
    other = cv2.resize(photo[max(0, y - height // 2):y + height * 3 // 2, max(0, x - width):x + 2 * width], (640, 480))
    theatre = begun(bank_pack, clips)
    theatre.play(clips.still(0.6), lambda image: np.full_like(image, 150))
    assert theatre.progress.phase == "action"
    theatre.play([other] * 15)
    result = theatre.result
    assert (theatre.progress.reason, result.verdict) == ("identity_changed", "reject")
    assert result.identity_distance_max > bank_pack.calibration.same_person_at


def test_a_camera_of_five_frames_a_second_passes_for_review(bank_pack, clips):
    theatre = Theatre(bank_pack, ("turn_left", "open_mouth", "nod"), rules=WITHOUT_LIGHT, fps=5)
    for name in ("still", "turn_left", "still", "open_mouth", "still", "nod", "still", "still"):
        theatre.play(clips[name][::3])
    assert theatre.progress.phase == "passed"
    assert "low_frame_rate" in theatre.result.reasons
    assert theatre.result.verdict == "review"


def test_one_camera_and_then_a_file(bank_pack, clips):
    theatre = begun(bank_pack, clips)
    theatre.show(clips["still"][0], FILE)
    assert "camera_changed" in theatre.result.reasons
    assert theatre.result.source.kind == "file"


def test_frames_of_a_file_are_refused_by_a_production_policy(bank_pack, clips):
    theatre = Theatre(bank_pack, rules=LivenessRules(light="off"), source=FILE)
    theatre.play(clips.still(4))
    assert theatre.progress.phase == "passed"
    assert theatre.result.verdict == "reject"
    assert "frame_source_file" in theatre.result.reasons


# -- what is kept --------------------------------------------------------------------------------------------------------


def test_the_best_frames_are_sharp_with_open_eyes_and_whole(bank_pack, clips, puppet):
    theatre = Theatre(bank_pack, rules=WITHOUT_LIGHT)
    for number, image in enumerate(clips.still(6)):
        theatre.show(cv2.GaussianBlur(image, (0, 0), 2.2) if number % 30 < 20 else image)
        if theatre.progress.finished:
            break
    kept = theatre.attempt.finish(None).best_frames_jpeg
    assert 3 <= len(kept) <= 5
    pictures = [cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR) for jpeg in kept]
    assert {p.shape for p in pictures} == {(480, 640, 3)}
    sharpness = [measure(bank_pack, p)[0].sharpness for p in pictures]
    assert sharpness[0] == max(sharpness)
    assert measure(bank_pack, pictures[0])[0].pose.ear > 0.18


# -- less than usual -----------------------------------------------------------------------------------------------------


def test_a_pack_without_68_points_judges_turns_nods_and_the_light(shared_data, tmp_path, clips, puppet):
    folder = shutil.copytree(shared_data / "models", tmp_path / "five", copy_function=shutil.copyfile)
    folder.chmod(0o755)
    text = (folder / "pack.toml").read_text("utf-8")
    (folder / "pack.toml").write_text("builtin_landmarks = false\n" + text, "utf-8")
    theatre = Theatre(load_engine(folder), ("turn_left", "nod", "blink"), rules=ENFORCED, fps=15)
    for name in ("still", "turn_left", "still", "nod", "still"):
        theatre.play(clips[name])
    theatre.rest(puppet, 6, answering)
    result = theatre.result
    assert theatre.progress.phase == "passed"
    assert [(a.action, a.passed) for a in result.actions] == [("turn_left", True), ("nod", True), ("blink", False)]
    assert "action_not_measurable" in result.reasons
    assert result.verdict == "review"
    assert result.light.answered is True
    assert result.lacks == ("landmarks",)


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 2, 3), (3, 900, 3), (900, 3, 3)])
def test_pictures_of_odd_sizes_break_nothing(bank_pack, built_in, shape):
    for engine in (bank_pack, built_in):
        theatre = Theatre(engine)
        theatre.play([np.full(shape, 120, np.uint8)] * 3)
        assert theatre.progress.guidance in ("no_face", "too_dark")
        assert theatre.result.verdict == "reject"


def test_an_attempt_without_a_frame_has_a_verdict(bank_pack):
    result = Theatre(bank_pack).result
    assert (result.verdict, result.frames, result.fps, result.passive) == ("reject", 0, 0.0, None)
    assert "not_finished" in result.reasons

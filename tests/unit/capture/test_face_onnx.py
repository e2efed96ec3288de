"""The engine of a bank's pack on photos of real people: found, told apart, and a picture of a picture told from a face."""

import shutil

import cv2
import numpy as np
import pytest

from app.capture.engines import load_engine
from app.capture.face_match import match
from app.capture.liveness_actions import Neutral, Watcher
from app.capture.measures import measure
from app.capture.session import portrait_embedding
from app.demo.living import LENGTH_S, _expression
from app.demo.portrait import camera_picture
from app.demo.puppet import Puppet


@pytest.fixture(scope="module")
def engine(shared_data):
    return load_engine(shared_data / "models")


@pytest.fixture(scope="module")
def five(shared_data, tmp_path_factory):
    """The same pack without the 68 points."""
    folder = shutil.copytree(shared_data / "models", tmp_path_factory.mktemp("pack") / "five", copy_function=shutil.copyfile)
    folder.chmod(0o755)
    text = (folder / "pack.toml").read_text("utf-8")
    (folder / "pack.toml").write_text("builtin_landmarks = false\n" + text, "utf-8")
    return load_engine(folder)


def picture(path):
    return cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)


def test_it_finds_a_face_with_its_five_points_on_the_persons_own_sides(engine, shared_data):
    image = picture(shared_data / "faces/ageitgey+face_recognition/examples/obama.jpg")
    seen, found = measure(engine, image)
    assert seen.faces == 1
    right, left, nose, mouth_right, mouth_left = np.array(found.face.five)
    assert right[0] < nose[0] < left[0]
    assert mouth_right[0] < mouth_left[0]
    assert right[1] < nose[1] < mouth_right[1]
    assert len(found.points) == 68


def test_no_stranger_passes_and_most_people_know_themselves_among_chinese_faces(engine, shared_data):
    faces = {}
    for folder in sorted(p for p in (shared_data / "faces/chinese").iterdir() if p.is_dir()):
        for path in sorted(folder.glob("*.jpg")):
            image = picture(path)
            seen, found = measure(engine, image, thorough=True)
            if found is not None and seen.faces == 1:
                faces.setdefault(folder.name, []).append(engine.embedding(image, found.face, found.points))
    assert len(faces) == 11
    own = [match(engine, mine[:i] + mine[i + 1:], one).zone for mine in faces.values() for i, one in enumerate(mine)]
    strangers = [match(engine, mine, one).zone for name, mine in faces.items()
                 for other, theirs in faces.items() if other != name for one in theirs]
    assert own.count("pass") / len(own) >= 0.9
    assert strangers.count("pass") <= 0.002 * len(strangers)


def test_the_mean_of_frames_is_an_embedding_and_distance_is_symmetric(engine, shared_data):
    people = shared_data / "faces/ageitgey+face_recognition/examples"
    one, two, other = (portrait_embedding(engine, picture(people / name)) for name in ("obama.jpg", "obama2.jpg", "biden.jpg"))
    assert engine.distance(one, one) == pytest.approx(0.0, abs=1e-9)
    assert engine.distance(one, two) == pytest.approx(engine.distance(two, one))
    assert match(engine, [one, two], two).zone == "pass"
    assert match(engine, [one, two], other).zone == "fail"


def test_attack_detection_tells_a_face_from_its_picture(engine, shared_data):
    sample = shared_data / "faces/minivision-ai+Silent-Face-Anti-Spoofing/images/sample"
    chances = {}
    for name in ("image_T1", "image_F1", "image_F2"):
        image = picture(sample / f"{name}.jpg")
        chances[name] = engine.live_probability(image, engine.faces(image)[0])
    assert chances["image_T1"] > engine.attack.review_below
    assert max(chances["image_F1"], chances["image_F2"]) < engine.attack.reject_below


def test_five_points_tell_pose_but_neither_eyes_nor_mouth(five, shared_data):
    image = picture(shared_data / "faces/ageitgey+face_recognition/examples/obama2.jpg")
    seen, found = measure(five, image)
    assert len(found.points) == 5
    assert seen.pose.yaw < -14.5  # a head turned to its own right
    mirrored, _ = measure(five, image[:, ::-1].copy())
    assert mirrored.pose.yaw > 14.5
    assert five.measurable == {"turn_left", "turn_right", "nod"}


@pytest.fixture(scope="module")
def puppet():
    """The demo customer's picture brought to life; its 68 points come from the built-in engine."""
    engine, image = load_engine(), camera_picture()
    return Puppet(image, engine.points(image, engine.faces(image)[0]))


@pytest.mark.parametrize("asked", ["turn_left", "turn_right", "nod"])
def test_five_points_tell_a_turn_and_a_nod_and_no_other_action(five, puppet, asked):
    noise = np.random.default_rng(3)

    def poses(name):
        for n in range(round(LENGTH_S.get(name, 1.0) * 12)):
            drawn = puppet.draw(_expression(name, n / 12, n / 12)).astype(np.int16)
            image = np.clip(drawn + noise.integers(-2, 3, drawn.shape), 0, 255).astype(np.uint8)
            yield n / 12, measure(five, image)[0].pose

    neutral = Neutral.of([pose for _, pose in poses("still")])
    watchers = {action: Watcher(action, neutral) for action in five.measurable}
    seen = {action for t_s, pose in poses(asked) for action, watcher in watchers.items() if watcher.see(t_s, pose)}
    assert seen == {asked}

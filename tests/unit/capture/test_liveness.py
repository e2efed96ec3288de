"""Liveness on rendered and real faces: every drawn order passes, every attack is named and refused.

The living face is drawn, found and measured once per action; orders are then played from those measures.
"""

from dataclasses import replace
from math import dist
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from app.capture.face import Calibration
from app.capture.frames import Frame
from app.capture.liveness import Liveness
from app.capture.measures import measure
from app.capture.passive import Passive
from app.capture.picture import encode_jpeg
from app.capture.session import Attempt
from app.capture.verdict import judge
from app.demo.living import LENGTH_S, _expression
from app.demo.portrait import card_portrait
from app.demo.puppet import Puppet
from app.domain.challenge import ACTIONS, EXPRESSIONS, TURNS, LivenessPlan, LivenessRules, draw_actions
from app.domain.guidance import GUIDANCE, REASONS
from tests.unit.capture.theatre import DEVICE, FILE, FPS, render

HASH = "0" * 64


@pytest.fixture(scope="module")
def engine(built_in):
    return built_in


@pytest.fixture(scope="module")
def played(engine, clips):
    """For each action and 'still': the rendered frames' measures, found by the real detector."""
    return {name: [measure(engine, image)[0] for image in clips[name]] for name in ("still", *ACTIONS)}


NAMED = SimpleNamespace(name="engine", pack_sha256=HASH, built_in=True, lacks=("attack_detection",), distance=dist,
                        measurable=frozenset(ACTIONS), attack=None,
                        calibration=Calibration(0.4, 0.5, 0.4, 0.45, 0.05, None, ""))


class Stage:
    """Plays parts to a liveness attempt, one frame after the other, with the frame's own running time."""

    def __init__(self, played, nonce="n", actions=None):
        self.played, self.frames = played, 0
        self.liveness = Liveness(LivenessPlan(nonce=nonce, actions=actions or draw_actions(nonce)), NAMED)
        self.progress = None
        self.face = (0.0,) * 128

    def play(self, *names, change=None, stamp=True):
        for name in names:
            for seen in self.played[name]:
                self.frames += 1
                seen = replace(seen, t_s=self.frames / FPS, stamp=self.frames if stamp else 7)
                self.progress = self.liveness.feed(change(seen) if change else seen, lambda: self.face)
        return self.progress

    def result(self, source=DEVICE, **policy):
        self.liveness.plan = self.liveness.plan.model_copy(update={"rules": LivenessRules(**policy)})
        return judge(self.liveness, Passive(None), NAMED, source)


def perform(stage, actions):
    stage.play("still")
    for action in actions:
        stage.play(action, "still")
    return stage.play("still", "still")


def test_orders_are_drawn_from_the_nonce_with_a_turn_and_an_expression():
    orders = {draw_actions(f"nonce-{n}") for n in range(2000)}
    assert len(orders) == 48
    assert all(len(set(o)) == 3 and TURNS & set(o) and EXPRESSIONS & set(o) for o in orders)
    assert draw_actions("a") == draw_actions("a")


def test_every_order_is_passed_by_the_living_face(played):
    orders = {draw_actions(str(n)): str(n) for n in range(2000)}
    for order, nonce in orders.items():
        stage = Stage(played, nonce)
        progress = perform(stage, order)
        result = stage.result(allow_without_attack_detection=True)
        assert (progress.phase, result.verdict, result.reasons) == ("passed", "live", ()), order
        assert [a.action for a in result.actions] == list(order)
        assert all(a.passed and a.at_s > 0 for a in result.actions)
        assert sorted(a.at_s for a in result.actions) == [a.at_s for a in result.actions]


def test_without_an_attack_detection_model_it_is_at_best_review(played):
    stage = Stage(played, "x")
    perform(stage, draw_actions("x"))
    assert stage.result().verdict == "review"
    assert stage.result().reasons == ("no_attack_detection",)


def test_frames_from_a_file_never_pass_unless_policy_lets_them(played):
    stage = Stage(played, "x")
    perform(stage, draw_actions("x"))
    refused = stage.result(FILE, allow_without_attack_detection=True)
    assert (refused.verdict, refused.reasons) == ("reject", ("frame_source_file",))
    allowed = stage.result(FILE, allow_without_attack_detection=True, file_camera="allow")
    assert (allowed.verdict, allowed.reasons) == ("live", ("frame_source_file",))
    looked_at = stage.result(FILE, allow_without_attack_detection=True, file_camera="review")
    assert (looked_at.verdict, looked_at.reasons) == ("review", ("frame_source_file",))


@pytest.mark.parametrize("action", ACTIONS)
def test_standing_still_is_no_action(played, action):
    """A portrait held up, with the camera's noise but no life, runs out of time."""
    stage = Stage(played, actions=(action, *[a for a in ACTIONS if a != action][:2]))
    progress = stage.play(*["still"] * 6)
    assert progress.phase == "failed"
    assert progress.reason == "timeout"
    assert stage.result().verdict == "reject"


@pytest.mark.parametrize("asked", ACTIONS)
@pytest.mark.parametrize("done", ACTIONS)
def test_only_the_asked_action_counts(played, asked, done):
    stage = Stage(played, actions=(asked, *[a for a in ACTIONS if a != asked][:2]))
    progress = stage.play("still", done)
    assert [a.action for a in progress.done] == ([asked] if asked == done else [])


def test_the_wrong_action_twice_ends_the_attempt(played):
    stage = Stage(played, actions=("turn_left", "blink", "nod"))
    assert stage.play("still", "turn_right", "still").phase == "action"
    assert stage.play("turn_right").reason == "wrong_action"


def test_left_is_the_persons_own(engine, puppet, played):
    """Turning to the own left moves the nose towards the right-hand side of the unmirrored picture."""
    seen = max(played["turn_left"], key=lambda m: m.pose.yaw)
    assert seen.pose.yaw > 14.5
    image = puppet.draw(_expression("turn_left", 0.9, 0.9))
    points = measure(engine, image)[1].points
    assert points[30, 0] > (points[36:48, 0].mean()) + 10


def test_another_person_in_mid_attempt_is_refused(played):
    stage = Stage(played, actions=("turn_left", "blink", "nod"))
    stage.play("still", "turn_left")
    stage.face = (1.0,) + (0.0,) * 127
    assert stage.play("still").reason == "identity_changed"
    assert stage.result().identity_distance_max == 1.0


def test_a_frozen_picture_is_refused(played):
    stage = Stage(played)
    assert stage.play("still", stamp=False).reason == "frozen"


def test_time_that_runs_backwards_is_refused(played):
    stage = Stage(played)
    stage.play("still")
    stage.frames -= 10
    assert stage.play("still").reason == "time_backwards"


def test_a_face_that_leaves_is_lost(played):
    def gone(seen):
        return replace(seen, faces=0, box=None, pose=None)

    stage = Stage(played, actions=("turn_left", "blink", "nod"))
    assert stage.play("still").phase == "action"
    assert stage.play("still", change=gone).reason == "face_lost"


def test_a_short_gap_in_detection_does_no_harm(played):
    stage = Stage(played, actions=("turn_left", "blink", "nod"))
    stage.play("still")
    stage.play("nod", change=lambda seen: replace(seen, faces=0, box=None, pose=None) if stage.frames % 3 else seen)
    assert stage.progress.phase == "action"


def test_a_second_face_that_stays_is_refused(played):
    stage = Stage(played, actions=("turn_left", "blink", "nod"))
    stage.play("still")
    stage.play("still", change=lambda seen: replace(seen, faces=2))
    assert stage.progress.reason == "two_faces"


def test_a_second_face_seen_now_and_then_is_one_that_stays(played):
    """Not every frame is searched for small faces, and no detector finds one every time."""
    stage = Stage(played, actions=("turn_left", "blink", "nod"))
    stage.play("still")
    stage.play("still", change=lambda seen: replace(seen, faces=1 + (stage.frames % 8 == 0)))
    assert stage.progress.reason == "two_faces"


def test_somebody_who_walks_by_does_no_harm(played):
    stage = Stage(played, actions=("turn_left", "blink", "nod"))
    stage.play("still")
    begun = stage.frames
    stage.play("still", "still", change=lambda seen: replace(seen, faces=1 + ((stage.frames - begun) % 25 < 8)))
    assert stage.progress.phase == "action"
    stage.play("turn_left")
    assert [each.action for each in stage.progress.done] == ["turn_left"]


def test_a_face_that_jumps_is_remarked(played):
    def moved(seen):
        x, y, width, height = seen.box
        return replace(seen, box=(x + 2 * width, y, width, height))

    stage = Stage(played, actions=("turn_left", "blink", "nod"))
    stage.play("still")
    stage.play("turn_left", change=moved)
    assert "track_jump" in stage.result().reasons


def test_a_jump_of_the_track_is_review_at_best(played):
    stage = Stage(played, "x")
    stage.liveness.remark("track_jump")
    perform(stage, draw_actions("x"))
    assert stage.result(allow_without_attack_detection=True).verdict == "review"


def test_an_unfinished_attempt_is_refused(played):
    stage = Stage(played)
    stage.play("still")
    assert "not_finished" in stage.result().reasons
    assert stage.result().verdict == "reject"


def test_every_code_has_its_sentences(played):
    stage = Stage(played, "x")
    seen = set()
    for name in ("still", *[p for a in draw_actions("x") for p in (a, "still")], "still", "still"):
        for frame in played[name]:
            stage.frames += 1
            seen_now = replace(frame, t_s=stage.frames / FPS, stamp=stage.frames)
            progress = stage.liveness.feed(seen_now, lambda: stage.face)
            seen.add(progress.guidance)
            assert progress.seconds_left >= 0
    assert {"look_straight", "hold_still", "passed", *draw_actions("x")} <= seen <= set(GUIDANCE)
    assert {"timeout", "frozen", "identity_changed", "no_attack_detection", "frame_source_file"} <= set(REASONS)


# -- whole attempts on pictures, with the real embedding -----------------------------------------------------------


def frames(images, source=FILE):
    return [Frame(image=image, t_s=(n + 1) / FPS, source=source) for n, image in enumerate(images)]


DRAWN = {}


def part(puppet, name, seconds=None):
    """The first frames of a part; what was drawn before is not drawn again."""
    noise, images = DRAWN.setdefault((puppet, name), (np.random.default_rng(5), []))
    wanted = round((seconds or LENGTH_S[name]) * FPS)
    images += [render(puppet, noise, name, n) for n in range(len(images), wanted)]
    return images[:wanted]


def attempt(engine, images, source=FILE, actions=("turn_left", "blink", "open_mouth")):
    rules = LivenessRules(file_camera="allow", allow_without_attack_detection=True)
    trial = Attempt(engine, LivenessPlan(nonce="n", actions=actions, rules=rules), source)
    for frame in frames(images, source):
        if trial.frame(frame).finished:
            break
    return trial


@pytest.fixture(scope="module")
def stranger(engine, shared_data):
    """Another living face: a frontal portrait of somebody else, bent by the same means."""
    path = shared_data / "faces" / "ageitgey+face_recognition" / "examples" / "obama-480p.jpg"
    photo = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    face = engine.faces(photo, thorough=True)[0]
    x, y, width, _ = face.box
    centre, half = (x + width // 2, y + width // 2), round(width * 1.05)
    tall = photo[max(0, centre[1] - half):centre[1] + half, max(0, centre[0] - half * 4 // 3):centre[0] + half * 4 // 3]
    picture = cv2.resize(tall, (640, 480), interpolation=cv2.INTER_CUBIC)
    return Puppet(picture, engine.points(picture, engine.faces(picture)[0]))


def test_a_whole_attempt_passes_and_matches_the_card(engine, puppet):
    images = part(puppet, "still", 1.4)
    for action in ("turn_left", "blink", "open_mouth"):
        images += part(puppet, action) + part(puppet, "still", 1.0)
    outcome = attempt(engine, images + part(puppet, "still", 2.5)).finish(encode_jpeg(card_portrait()))
    assert (outcome.result.verdict, outcome.result.reasons) == ("live", ("frame_source_file",))
    assert outcome.match.zone == "pass"
    assert outcome.result.identity_distance_max < 0.25
    assert 3 <= len(outcome.best_frames_jpeg) <= 5
    assert all(jpeg.startswith(b"\xff\xd8") for jpeg in outcome.best_frames_jpeg)


def test_a_splice_of_two_living_people_is_refused(engine, puppet, stranger):
    images = part(puppet, "still", 1.4) + part(puppet, "turn_left") + part(stranger, "still", 3.0)
    result = attempt(engine, images).finish(None).result
    assert result.verdict == "reject"
    assert "identity_changed" in result.reasons
    assert result.identity_distance_max > 0.40


def test_the_wrong_portrait_fails_the_match(engine, puppet, shared_data):
    outcome = attempt(engine, part(puppet, "still", 1.6)).finish(
        (shared_data / "faces" / "ageitgey+face_recognition" / "examples" / "biden.jpg").read_bytes())
    assert outcome.match.zone == "fail"


def test_a_photo_waved_about_does_not_pass(engine, puppet):
    """A print shifted, rolled and turned about its upright axis, as a hand would: no action comes of it."""
    photo = part(puppet, "still", 0.1)[0]
    noise = np.random.default_rng(9)
    images = []
    for n in range(12 * FPS):
        swing = max(0.0, np.sin(max(0, n - 2 * FPS) / FPS * 2.0))
        images.append(np.clip(tilt(photo, 45 * swing).astype(np.int16) + noise.integers(-2, 3, photo.shape), 0, 255)
                      .astype(np.uint8))
    result = attempt(engine, images).finish(None).result
    assert result.verdict == "reject"
    assert not [a for a in result.actions if a.passed]


def tilt(photo, degrees):
    height, width = photo.shape[:2]
    angle, away = np.radians(degrees), 3.0 * width
    corners = np.float32([(0, 0), (width, 0), (width, height), (0, height)])
    x, y = corners[:, 0] - width / 2, corners[:, 1] - height / 2
    scale = away / (away + x * np.sin(angle))
    turned = np.stack([x * np.cos(angle) * scale + width / 2, y * scale + height / 2], axis=1).astype(np.float32)
    return cv2.warpPerspective(photo, cv2.getPerspectiveTransform(corners, turned), (width, height),
                               borderMode=cv2.BORDER_REPLICATE)


def test_another_camera_in_mid_attempt_is_refused(engine, puppet):
    trial = attempt(engine, part(puppet, "still", 1.0), DEVICE)
    trial.frame(Frame(image=part(puppet, "still", 0.1)[0], t_s=9.0, source=FILE))
    result = trial.finish(None).result
    assert "camera_changed" in result.reasons
    assert result.source.kind == "file"

"""Whole attempts on rendered pictures: a customer on a stage, played frame by frame, in the light that is asked for."""

import cv2
import numpy as np

from app.capture.frames import Frame
from app.capture.session import Attempt
from app.demo.living import LENGTH_S, _expression, screen_light
from app.demo.puppet import Expression
from app.domain.challenge import COLOURS, LivenessPlan, LivenessRules
from app.domain.face import FrameSource

FPS = 15
DEVICE = FrameSource(kind="device", name="Test Camera", width=640, height=480, fps=FPS,
                     hardware_id="usb:1234:5678:serial:A1B2")
FILE = FrameSource(kind="file", name="living.avi", width=640, height=480, fps=FPS)
LENIENT = LivenessRules(file_camera="allow", allow_without_attack_detection=True)
DARK = (1.0, 1.0, 1.0)


def render(puppet, noise, name, number, fps=FPS):
    drawn = puppet.draw(_expression(name, number / fps, number / fps)).astype(np.int16)
    return np.clip(drawn + noise.integers(-2, 3, drawn.shape), 0, 255).astype(np.uint8)


class Clips:
    """The living customer's rendered frames, made once a name."""

    def __init__(self, puppet) -> None:
        self.puppet, self._made = puppet, {}

    def __getitem__(self, name):
        if name not in self._made:
            noise = np.random.default_rng(3)
            self._made[name] = [render(self.puppet, noise, name, n) for n in range(round(LENGTH_S.get(name, 2.0) * FPS))]
        return self._made[name]

    def still(self, seconds, fps=FPS):
        frames = self["still"]
        return [frames[n * FPS // fps % len(frames)] for n in range(round(seconds * fps))]


class Theatre:
    """One attempt before a camera. Every frame's noise is its own, as a camera's."""

    def __init__(self, engine, actions=(), rules=LENIENT, source=DEVICE, fps=FPS, **plan) -> None:
        self.plan = LivenessPlan(nonce=plan.pop("nonce", "n"), actions=tuple(actions), rules=rules, **plan)
        self.attempt = Attempt(engine, self.plan, source)
        self.source, self.fps, self.t_s, self.frames = source, fps, 0.0, 0
        self.progress, self.guidance, self.shown = None, set(), []

    def play(self, images, change=None):
        """Feed pictures until they or the attempt end; ``change`` makes something else of each."""
        for image in images:
            self.show(change(image) if change else image)
            if self.progress.finished:
                break
        return self.progress

    def show(self, image, source=None):
        self.frames += 1
        self.t_s += 1 / self.fps
        image = image.copy()
        image[0, 0] = (self.frames % 251, self.frames // 251, 7)
        self.progress = self.attempt.frame(Frame(image=image, t_s=self.t_s, source=source or self.source))
        self.guidance.add(self.progress.guidance)
        self.shown.append((self.t_s, self.progress.light))
        return self.progress

    def rest(self, puppet, seconds, answer=None, lag_s=0.15):
        """Look into the camera; ``answer`` makes light factors on the face of the colour shown ``lag_s`` ago."""
        for _ in range(round(seconds * self.fps)):
            light = DARK
            colour = self.colour(lag_s)
            if answer is not None and colour is not None:
                light = answer(colour)
            number = self.frames
            sway = _expression("still", 0, number / self.fps).sway
            grain = np.random.default_rng(number).integers(-2, 3, (480, 640, 3))
            drawn = puppet.draw(Expression(sway=sway, light=light)).astype(np.int16)
            if self.show(np.clip(drawn + grain, 0, 255).astype(np.uint8)).finished:
                break
        return self.progress

    def colour(self, lag_s):
        """What the screen shows, as it reaches the next frame."""
        past = [colour for t_s, colour in self.shown if t_s <= self.t_s + 1 / self.fps - lag_s]
        return past[-1] if past else None

    @property
    def result(self):
        return self.attempt.finish(None).result


def answering(colour):
    """A living face in an office."""
    return screen_light(colour)


def answering_another(colour):
    """A face in the light of another sequence: each colour taken for the next one."""
    colours = list(COLOURS.values())
    return screen_light(colours[(colours.index(colour) + 2) % len(colours)])


def sunglasses(points):
    def wear(image):
        image = image.copy()
        for eye in (points[36:42], points[42:48]):
            width = int(np.ptp(eye[:, 0]))
            cv2.ellipse(image, tuple(int(v) for v in eye.mean(axis=0)), (round(width * 0.95), round(width * 0.75)), 0, 0, 360,
                        (28, 26, 24), -1)
        return image

    return wear


def mask(points, colour=(205, 190, 120)):
    outline = np.concatenate([points[1:16], points[[29]]]).astype(np.int32)

    def wear(image):
        return cv2.fillPoly(image.copy(), [outline], colour)

    return wear


def backlit(image):
    head = cv2.ellipse(np.zeros(image.shape[:2], np.uint8), (320, 250), (150, 210), 0, 0, 360, 1, -1)[:, :, None]
    return np.where(head == 1, image * 0.28, 235).astype(np.uint8)


def on_a_phone(image):
    """The picture on a phone's screen, bezel and hand's width of room around it."""
    height, width = image.shape[:2]
    room = np.full((height, width, 3), (150, 160, 170), np.uint8)
    shown = cv2.resize(image[:, width // 5:-width // 5], None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    high, wide = shown.shape[:2]
    top, left = (height - high) // 2, (width - wide) // 2
    room[top - 16:top + high + 16, left - 16:left + wide + 16] = 12
    room[top:top + high, left:left + wide] = np.clip(shown * 1.05 + 6, 0, 255)
    return room

"""What a paper is photographed on and with: tables of wood, white, dark, cloth and printed paper, fingers, a shadow."""

from __future__ import annotations

import cv2
import numpy as np

SKIN = ((120, 150, 205), (140, 172, 226), (88, 116, 168), (150, 180, 232))  # BGR


def wood(random: np.random.Generator, size: tuple[int, int], pale: float = 0.0) -> np.ndarray:
    """Stretched noise in a brown tone, or in a share of cases nearly white."""
    width, height = size
    grain = random.normal(0, 1, (height // 4, 24)).astype(np.float32)
    grain = cv2.GaussianBlur(cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC), (0, 0), 3)
    tone = np.array([random.uniform(50, 95), random.uniform(75, 115), random.uniform(100, 145)])
    tone = np.array([214.0, 218.0, 220.0]) if random.random() < pale else tone
    return (tone + 14 * grain[:, :, None]).clip(0, 255).astype(np.uint8)


def dark(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """A nearly black desk pad."""
    width, height = size
    grain = random.normal(0, 3, (height, width, 1)).astype(np.float32)
    return (random.uniform(22, 48, 3) + grain).clip(0, 255).astype(np.uint8)


def cloth(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """A checked or dotted tablecloth laid at any angle: straight edges and shapes of its own everywhere."""
    width, height = size
    ground, ink = (random.uniform(60, 235, 3) for _ in range(2))
    pitch, angle = random.uniform(50, 170), random.uniform(0, np.pi / 2)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    if random.random() < 0.5:
        share = ((u % pitch < pitch / 2).astype(np.float32) + (v % pitch < pitch / 2)) / 2
    else:
        share = (np.hypot(u % pitch - pitch / 2, v % pitch - pitch / 2) < pitch * 0.28).astype(np.float32)
    weave = 1 + 0.03 * np.sin(2.1 * u) * np.sin(2.1 * v)
    return ((ground + (ink - ground) * share[:, :, None]) * weave[:, :, None]).clip(0, 255).astype(np.uint8)


def printed_paper(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """A printed form under the card: white, ruled, with rows of grey marks for words."""
    width, height = size
    image = np.full((height, width, 3), random.uniform(218, 244), np.uint8)
    pitch = int(random.uniform(34, 60))
    for top in range(pitch, height, pitch):
        cv2.line(image, (0, top), (width, top), (176, 176, 176), 1)
        left = int(random.uniform(0, 200))
        while left < width:
            word = int(random.uniform(40, 200))
            for x in range(left, left + word, pitch // 2):
                corner = (x + pitch // 3, top - int(pitch * 0.28))
                cv2.rectangle(image, (x, top - int(pitch * 0.72)), corner, (92, 92, 92), 2)
                cv2.line(image, (x, top - pitch // 2), (corner[0], top - pitch // 2), (92, 92, 92), 2)
            left += word + int(random.uniform(60, 300))
    return image


def fingers(random: np.random.Generator, scene: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """The scene (float32) with one or two finger tips over the edge of what lies there, up to 5 % of its width deep."""
    length = float(np.hypot(*(corners[1] - corners[0])))
    tone = np.array(SKIN[random.integers(len(SKIN))], np.float32)
    for _ in range(random.integers(1, 3)):
        side, along = random.integers(4), random.uniform(0.2, 0.8)
        edge = corners[side] * (1 - along) + corners[(side + 1) % 4] * along
        inward = (corners.mean(axis=0) - edge) / np.hypot(*(corners.mean(axis=0) - edge))
        radius = length * random.uniform(0.07, 0.10)
        tip = edge + inward * (length * random.uniform(0.01, 0.05) - radius)
        root = tip - inward * sum(scene.shape[:2])
        mask = np.zeros(scene.shape[:2], np.uint8)
        cv2.line(mask, np.int32(tip).tolist(), np.int32(root).tolist(), 255, round(2 * radius), cv2.LINE_AA)
        cover = cv2.GaussianBlur(mask, (0, 0), 1.5).astype(np.float32)[:, :, None] / 255
        roundness = np.clip(cv2.distanceTransform(mask, cv2.DIST_L2, 3) / radius, 0, 1)[:, :, None]
        scene = scene * (1 - cover) + tone * (0.7 + 0.3 * roundness) * cover
    return scene


def shadow(random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    """Share of light that reaches every pixel where someone's shadow falls across a part, with a soft edge."""
    width, height = size
    angle, edge = random.uniform(0, 2 * np.pi), random.uniform(-0.3, 0.5)
    x, y = np.meshgrid(np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32))
    across = x * np.cos(angle) + y * np.sin(angle) + 0.12 * np.sin(3 * (x * np.sin(angle) - y * np.cos(angle)))
    softness = random.uniform(0.02, 0.10)
    return 1 - random.uniform(0.30, 0.55) / (1 + np.exp(-(across - edge) / softness))

"""The company's seal on its sample sheet, as a picture that can be laid over a page: its red ink, all else transparent."""

from typing import TYPE_CHECKING

from app.capture.picture import decode
from app.domain.condition import Kind

if TYPE_CHECKING:
    import numpy as np

SIDE_PX = 480
SMALLEST_PX = 90
ROUND = 1.35
INK_MIN, INK_MAX = 0.04, 0.7  # share of its square that a seal's lines fill
CORNER_MAX = 0.08
RED_OVER = 45  # how much more red than green and blue, of 255
INK_RGB = (196, 24, 32)

SEAL_NONE = Kind(
    "seal_sample.none", zh="印鉴样本里没有找到清楚的红色公章。",
    zh_next="请平放、靠近、光线均匀地重拍印鉴样本；没有样本也可删除这一页，文件上就不带公章图样。",
    en="No clear red seal was found on the sample sheet.",
    en_next="Take the sample again, flat, near and evenly lit; or remove the page, then the documents carry no seal.")


def seal_image(image: bytes) -> bytes:
    """PNG with transparency, a square of 480 px, of the largest seal in a picture. Raises ``seal_sample.none``, ``picture.*``."""
    import cv2
    import numpy as np

    red = _redness(decode(image))
    ink = (red > RED_OVER).astype(np.uint8)
    reach = max(5, max(ink.shape) // 60) | 1
    blobs = cv2.connectedComponentsWithStats(cv2.dilate(ink, np.ones((reach, reach), np.uint8)))[2][1:]
    for left, top, width, height, _ in sorted(blobs.tolist(), key=lambda blob: -blob[2] * blob[3]):
        part = ink[top:top + height, left:left + width]
        if min(width, height) < SMALLEST_PX:
            break
        if max(width, height) <= ROUND * min(width, height) and INK_MIN < part.mean() < INK_MAX and not _cornered(part):
            return _png(red[top:top + height, left:left + width])
    raise SEAL_NONE()


def _cornered(ink: "np.ndarray") -> bool:
    """Whether there is ink in two corners or more: then it is somebody's square name stamp, not the round seal of a company."""
    height, width = ink.shape
    down, across = height // 8, width // 8
    corners = (ink[:down, :across], ink[:down, -across:], ink[-down:, :across], ink[-down:, -across:])
    return sum(corner.mean() > CORNER_MAX for corner in corners) >= 2


def _redness(picture: "np.ndarray") -> "np.ndarray":
    """How much more red than the stronger of green and blue, −255–255."""
    import numpy as np

    blue, green, red = (picture[:, :, channel].astype(np.int16) for channel in range(3))
    return red - np.maximum(blue, green)


def _png(red: "np.ndarray") -> bytes:
    import cv2
    import numpy as np

    height, width = red.shape
    side = max(height, width)
    square = np.zeros((side, side), np.float32)
    square[(side - height) // 2:(side - height) // 2 + height, (side - width) // 2:(side - width) // 2 + width] = red
    alpha = np.clip((square - RED_OVER / 2) * (255 / (RED_OVER * 1.5)), 0, 255).astype(np.uint8)
    alpha = cv2.resize(alpha, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    whole = np.empty((SIDE_PX, SIDE_PX, 4), np.uint8)
    whole[:, :, :3], whole[:, :, 3] = INK_RGB[::-1], alpha
    return cv2.imencode(".png", whole)[1].tobytes()

"""HEIC photographs, as iPhones take them, through libheif and libde265, which lie in pi-heif's wheel.

A damaged file can break these libraries; like every file it is opened in the vision worker only, which is then started anew.
"""

from typing import TYPE_CHECKING

from app.capture import picture
from app.capture.memory import bounded
from app.capture.origin import words_of
from app.domain.condition import Kind

if TYPE_CHECKING:
    import numpy as np

MOST_PIXELS = 30_000_000  # libheif holds a picture whole, first as YCbCr, then as RGB

UNREADABLE = Kind(
    "import.heic", zh="这张 HEIC 照片打不开：文件不完整，或用了不支持的编码。",
    zh_next="请在手机或电脑上另存为 JPEG 后再导入，或用摄像头拍摄。",
    en="This HEIC photo cannot be opened: it is incomplete or coded in an unsupported way.",
    en_next="Save it as JPEG on the phone or computer and import that, or use the camera.")


class _Planes:
    """Decoded pixels with what a Pillow picture is asked for here."""

    def __init__(self, pixels: "np.ndarray") -> None:
        self._pixels = pixels
        self.height, self.width = pixels.shape[:2]
        self.size = self.width, self.height

    def crop(self, box: tuple[int, int, int, int]):
        from PIL import Image

        left, top, right, bottom = box
        return Image.fromarray(self._pixels[top:bottom, left:right])


@bounded()
def open_heic(data: bytes) -> tuple["np.ndarray", str]:
    """The main photograph as upright BGR, halved where it is large, and what the file says of itself. Raises ``import.heic``,
    ``picture.*``."""
    import numpy as np
    import pi_heif

    pi_heif.options.DECODE_THREADS = 1
    try:
        file = pi_heif.open_heif(data)
        picture.check_count(file.size[0] * file.size[1], MOST_PIXELS)
        return picture.as_bgr(_Planes(np.asarray(file))), words_of(file.info)
    except (*picture.BROKEN, RuntimeError) as error:
        raise UNREADABLE() from error

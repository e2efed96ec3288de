"""What bad and unusual files cost the vision worker: the answer, seconds, and its peak memory. Linux.

    python -m benchmarks.hostile [name …]
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests import bad_files as bad

MB = 1 << 20
OPEN, READ = "app.capture.paper_file:open_file", "app.capture.reading:read_paper"
FILES: dict[str, Callable[[], bytes]] = {
    "no picture": lambda: b"this is a letter" * 1000,
    "JPEG cut short": lambda: bad.noise("JPEG", (4000, 3000))()[:2_000_000],
    "PNG of 1 pixel": lambda: bad.encoded(bad.scene(1, 1), "PNG"),
    "PNG of 100 MP": lambda: bad.black_png(10_000, 10_000),
    "PNG of 100 MP, alpha": lambda: bad.black_png(10_000, 10_000, 6),
    "PNG of 50 MP": lambda: bad.black_png(8160, 6120),
    "PNG of 50 MP, alpha": lambda: bad.black_png(8160, 6120, 6),
    "PNG of 24 MP, alpha": lambda: bad.black_png(6000, 4000, 6),
    "PNG of 50 MP, grey": lambda: bad.black_png(8160, 6120, 0),
    "JPEG of 50 MP": bad.large("JPEG"),
    "JPEG of 50 MP, CMYK": bad.large("JPEG", "CMYK"),
    "JPEG of 50 MP, progressive": bad.large("JPEG", progressive=True),
    "JPEG of 50 MP, progressive 4:4:4": bad.large("JPEG", progressive=True, subsampling=0),
    "WebP of 49 MP": bad.large("WEBP", size=(8160, 6000)),
    "WebP of 12 MP": bad.large("WEBP", size=(4000, 3000)),
    "TIFF of 50 MP, one strip": bad.large("TIFF", compression="tiff_deflate", strip_size=1 << 30),
    "TIFF of 35 MP, LZW": bad.large("TIFF", size=(4960, 7016), compression="tiff_lzw"),
    "BMP of 8 MP": bad.large("BMP", size=(2828, 2828)),
    "BMP of 16 MP": bad.large("BMP", size=(4000, 4000)),
    "JPEG of 24 MP, noise": bad.noise("JPEG", (6000, 4000)),
    "PDF with a password": bad.locked_pdf,
    "PDF of 2 000 pages": lambda: bad.pdf(2000),
    "PDF of 30 pages": lambda: bad.pdf(30),
    "PDF with JavaScript": bad.scripted_pdf,
    "PDF with a picture of 900 MP": bad.pdf_with_huge_picture,
    "PDF that unpacks to 4 GB": lambda: bad.pdf_with_stream(b"/Filter [/FlateDecode /FlateDecode]",
                                                            bad.zlib.compress(bad.squeezed(4 << 30), 9)),
    "OFD that is a ZIP bomb": bad.ofd_bomb,
    "OFD with a PNG of 100 MP": lambda: bad.ofd_file(**{"Doc_0/Res/page.png": bad.black_png(10_000, 10_000)}),
}


def main(wanted: list[str]) -> None:
    from app.capture.vision import Vision

    vision = Vision()
    vision.start()
    try:
        vision.warm("app.capture.reading:warm").join()
        print(f"{'':<36}{'answer':<28}{'s':>7}{'peak MB':>9}")
        for name, make in FILES.items():
            if not wanted or any(word in name for word in wanted):
                show(vision, name, make())
    finally:
        vision.close()


def show(vision, name: str, data: bytes) -> None:
    """Open the file and read its first page as the desk does."""
    from app.capture.vision import VisionFault
    from app.domain.condition import Condition

    worker = vision.pid
    Path(f"/proc/{worker}/clear_refs").write_text("5")  # the peak counts from now
    begun, most = time.perf_counter(), 0
    try:
        pages = vision.call_within(60, OPEN, data)
        most = peak(worker)
        read = vision.call(READ, pages[0].image, "auto")
        answer = f"{len(pages)} p., {read.findings[0].code if read.findings else read.kind}"
    except Condition as trouble:
        answer = trouble.code
    except VisionFault as fault:
        answer = str(fault).splitlines()[0]
    taken = time.perf_counter() - begun
    if vision.pid == worker:
        print(f"{name:<36}{answer:<28}{taken:7.1f}{max(most, peak(worker)):9.0f}", flush=True)
    else:
        print(f"{name:<36}{answer:<28}{taken:7.1f}{'renewed':>9}", flush=True)
        vision.warm("app.capture.reading:warm").join()


def peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main(sys.argv[1:])

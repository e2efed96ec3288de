"""A stretch of the recording whose end was never written, made whole: the same pictures and sound, in a file that seeks."""

import io
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Salvaged:
    """A whole WebM file; ``frames`` counts its pictures, ``end_s`` is when the last of them has been shown
    as long as the one before."""

    data: bytes
    frames: int
    end_s: float


def salvage(data: bytes) -> Salvaged | None:
    """The clusters that are there, written anew without encoding; None where not one picture is whole."""
    import av

    made, shown = io.BytesIO(), [0.0]
    try:
        source = av.open(io.BytesIO(data), format="webm")
    except av.FFmpegError:
        return None
    with source, av.open(made, "w", format="webm") as target:
        tracks = {stream.index: target.add_stream_from_template(stream) for stream in source.streams}
        for packet in _packets(source):
            if packet.stream.type == "video":
                shown.append(float(packet.pts * packet.time_base))
            packet.stream = tracks[packet.stream.index]
            target.mux(packet)
    frames, last_s = len(shown) - 1, shown[-1]
    return Salvaged(made.getvalue(), frames, last_s + (last_s - shown[-2])) if frames else None


def _packets(source):
    """Packets up to the end, or to where the file is torn."""
    import av

    packets = source.demux()
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        if packet.dts is not None:
            yield packet

"""A face checker that does what a file tells it, for the gateway's side of the pipe: ``python checker_program.py FOLDER``.

``FOLDER/mode`` is read at each question, ``FOLDER/answer`` is what it says, ``FOLDER/asked`` grows by one byte a question.
"""

import os
import sys
from pathlib import Path

from app.domain.recheck import Pictures, Ready

folder = Path(sys.argv[1])
out = sys.stdout.buffer


def say(line: str) -> None:
    out.write(line.encode() + b"\n")
    out.flush()


def mode() -> str:
    return (folder / "mode").read_text()


say(Ready(engine="test checker", pack_sha256="a" * 64).model_dump_json())
(folder / "environment").write_text("\n".join(sorted(os.environ)))
for line in sys.stdin.buffer:
    pictures = Pictures.model_validate_json(line)
    with (folder / "asked").open("ab") as asked:
        asked.write(b".")
    match mode():
        case "crash":
            os._exit(11)
        case "hang":
            sys.stdin.buffer.read()  # until the gateway has gone
        case "flood":
            while True:
                out.write(b"x" * 4096)
        case "rubbish":
            say('{"judgement": {"zone": "perfect"}}')
        case "crash once":
            (folder / "mode").write_text("answer")
            os._exit(11)
        case _:
            assert pictures.live
            say((folder / "answer").read_text(encoding="utf-8"))

"""A bug as it may stand in a log: its kind and the lines it went through, never its text, which may hold personal data."""

from traceback import extract_tb


def described(error: BaseException) -> str:
    places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in
                        reversed(extract_tb(error.__traceback__)))
    return f"{type(error).__name__} at {places}"

"""A line to the bank that counts the bytes of case files on it."""

from weakref import WeakKeyDictionary

from tests.fault_proxy import FaultProxy

_UPLOAD = (b"PATCH /v1/uploads/", b"POST /v1/uploads/")


class _Requests:
    """The requests on one connection: where heads end and bodies begin."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._left = 0
        self._is_upload = False
        self.largest = 0

    def uploaded(self, data: bytes) -> int:
        """How many of these bytes are of case files."""
        count = 0
        while data:
            if self._left:
                body, data = data[:self._left], data[self._left:]
                self._left -= len(body)
                count += len(body) if self._is_upload else 0
                continue
            self._head += data
            head, blank, rest = bytes(self._head).partition(b"\r\n\r\n")
            if not blank:
                break
            data = rest
            self._head.clear()
            self._is_upload = head.startswith(_UPLOAD)
            self._left = next((int(line.split(b":")[1]) for line in head.split(b"\r\n")
                               if line.lower().startswith(b"content-length:")), 0)
            self.largest = max(self.largest, self._left if self._is_upload else 0)
        return count


class Meter(FaultProxy):
    """``uploaded`` counts the bytes of case files that went up, ``largest`` the longest body of them announced."""

    def __init__(self, address: str) -> None:
        self._requests: WeakKeyDictionary[object, _Requests] = WeakKeyDictionary()
        self.uploaded = self.largest = 0
        super().__init__(address)

    def passed_up(self, line, data: bytes) -> None:
        super().passed_up(line, data)
        requests = self._requests.setdefault(line, _Requests())
        self.uploaded += requests.uploaded(data)
        self.largest = max(self.largest, requests.largest)

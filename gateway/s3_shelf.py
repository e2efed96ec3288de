"""The shelf as a bucket that speaks S3: ``s3://BUCKET[@HOST[:PORT]][/PREFIX]``, its keys from the environment.

A file goes there once, when its case is committed, and is read back before its part on the disk is removed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

import urllib3
from minio import Minio
from minio.credentials import EnvAWSProvider
from minio.error import MinioException, S3Error

from gateway.shelf import folder_name, hashed

PART = 8 << 20  # of a large file on its way; held in memory one at a time
TRIES = urllib3.Retry(total=3, backoff_factor=0.3, status_forcelist=(500, 502, 503, 504))
SILENCE = urllib3.Timeout(connect=10, read=60)


class S3Shelf:
    """``url`` may end with ``?insecure`` (http, for tests and loopback) and ``?region=NAME``."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        options = parse_qs(parts.query, keep_blank_values=True)
        bucket, _, host = parts.netloc.rpartition("@") if "@" in parts.netloc else (parts.netloc, "", "s3.amazonaws.com")
        self._bucket, self._prefix = bucket, parts.path.strip("/")
        self._client = Minio(
            endpoint=host, credentials=EnvAWSProvider(), secure="insecure" not in options,
            region=options.get("region", [None])[0],
            http_client=urllib3.PoolManager(timeout=SILENCE, retries=TRIES, maxsize=16))

    def has(self, case_id: str, cipher_sha256: str) -> bool:
        with _storage():
            try:
                self._client.stat_object(bucket_name=self._bucket, object_name=self._name(case_id, cipher_sha256))
            except S3Error as error:
                if error.code not in ("NoSuchKey", "NoSuchObject"):
                    raise
                return False
            return True

    def put(self, part: Path, case_id: str, cipher_sha256: str) -> None:
        with _storage():
            self._client.fput_object(bucket_name=self._bucket, object_name=self._name(case_id, cipher_sha256),
                                     file_path=str(part), part_size=PART, num_parallel_uploads=1)
        if hashed(self.open(case_id, cipher_sha256)).hexdigest() != cipher_sha256:
            raise OSError("the bucket gave back other bytes than it was sent")
        part.unlink()

    def open(self, case_id: str, cipher_sha256: str) -> BinaryIO:
        with _storage():
            return _Body(self._client.get_object(bucket_name=self._bucket, object_name=self._name(case_id, cipher_sha256)))

    def drop(self, case_id: str, cipher_sha256: str) -> None:
        with _storage():
            self._client.remove_object(bucket_name=self._bucket, object_name=self._name(case_id, cipher_sha256))

    def ready(self) -> bool:
        with _storage():
            return self._client.bucket_exists(bucket_name=self._bucket)

    def _name(self, case_id: str, cipher_sha256: str) -> str:
        return "/".join(filter(None, (self._prefix, folder_name(case_id), f"{cipher_sha256}.age")))


class _Body:
    """An answer's body as an open file."""

    def __init__(self, response: urllib3.BaseHTTPResponse) -> None:
        self._response = response

    def read(self, size: int = -1) -> bytes:
        with _storage():
            return self._response.read(size if size >= 0 else None)

    def close(self) -> None:
        self._response.close()
        self._response.release_conn()

    def __enter__(self) -> "_Body":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _storage() -> Iterator[None]:
    """What the library raises, as trouble of the storage; without its words, which may hold names."""
    try:
        yield
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise OSError(f"the bucket: {getattr(error, 'code', type(error).__name__)}") from error

"""A bucket of an S3-compatible storage.

Nothing is renamed there: an object is visible once it is whole, and a delivery counts with its manifest, which is
written last. A large file goes up in parts, which stay there between two tries.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import PurePosixPath
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from orchestration.routing.declarations import BucketTransport
from orchestration.routing.transports import PIECE, NotSent, Source

#: What no other try mends.
FINAL = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket", "ExpiredToken"}


@contextmanager
def bucket_site(to: BucketTransport, access_key: str, secret_key: str) -> Iterator["BucketSite"]:
    """The place in a bucket. The keys are those that are given: no profile or role of this machine is tried."""
    settings = Config(
        retries={"total_max_attempts": 1}, connect_timeout=20, read_timeout=60, s3={"addressing_style": "path"}
    )
    client = _session().client(
        "s3",
        region_name=to.region,
        endpoint_url=to.endpoint,
        config=settings,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
    )
    try:
        yield BucketSite(client, to)
    finally:
        client.close()


@cache
def _session() -> boto3.session.Session:
    """The description of the interface, which takes its time to be read; it knows no keys."""
    return boto3.session.Session()


class BucketSite:
    """A prefix of a bucket. A draft has the name that it will have, and no manifest."""

    def __init__(self, client: Any, to: BucketTransport) -> None:
        """Note where it is."""
        self._client, self._bucket, self._prefix = client, to.bucket, PurePosixPath(to.prefix)

    def _at(self, *parts: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": str(self._prefix.joinpath(*parts))}

    def read(self, name: str) -> bytes | None:
        """A small object."""
        found = _do(self._client.get_object, **self._at(name), missing={})
        return found["Body"].read() if found else None

    def size(self, draft: str, name: str) -> int:
        """The bytes of an object; parts that were sent of one do not count."""
        return _do(self._client.head_object, **self._at(_shown(draft), name), missing={}).get("ContentLength", 0)

    def put(self, draft: str, name: str, source: Source) -> None:
        """Send a file at once, or a large one in parts, those that are missing."""
        at = self._at(_shown(draft), name)
        if source.size <= PIECE:
            _do(self._client.put_object, **at, Body=source.read(PIECE))
            return
        upload, parts = self._begun(at)
        for number in range(1, -(-source.size // PIECE) + 1):
            piece = source.read(PIECE)
            # The parts that are there may be those of other bytes, which were to have that name.
            if parts.get(number, {}).get("ETag") != f'"{hashlib.md5(piece, usedforsecurity=False).hexdigest()}"':
                parts[number] = _do(self._client.upload_part, **at, **upload, PartNumber=number, Body=piece)
        listed = [{"PartNumber": n, "ETag": parts[n]["ETag"]} for n in range(1, -(-source.size // PIECE) + 1)]
        _do(self._client.complete_multipart_upload, **at, **upload, MultipartUpload={"Parts": listed})

    def _begun(self, at: dict[str, str]) -> tuple[dict[str, str], dict[int, dict]]:
        """The upload of an object that was begun, with its parts by number, or a new one."""
        for each in self._uploads(at["Key"]):
            if each["Key"] == at["Key"]:
                upload = {"UploadId": each["UploadId"]}
                found = _do(self._client.list_parts, **at, **upload).get("Parts", [])
                return upload, {part["PartNumber"]: part for part in found}
        return {"UploadId": _do(self._client.create_multipart_upload, **at)["UploadId"]}, {}

    def _uploads(self, prefix: str) -> list[dict]:
        return _do(self._client.list_multipart_uploads, Bucket=self._bucket, Prefix=prefix).get("Uploads", [])

    def show(self, draft: str, final: str, manifest: bytes) -> None:
        """Write the manifest, with which the delivery counts."""
        _do(self._client.put_object, **self._at(final, "manifest.json"), Body=manifest)

    def discard(self, draft: str) -> None:
        """Remove the objects of a draft; with a manifest they are a delivery, and stay."""
        if self.read(f"{_shown(draft)}/manifest.json") is None:
            self.tidy(draft, set())

    def tidy(self, draft: str, names: set[str]) -> None:
        """Remove what earlier tries left under the name that the draft will have: it counts with its manifest alone."""
        keys = {self._at(_shown(draft), name)["Key"] for name in names}
        prefix = f"{self._at(_shown(draft))['Key']}/"
        for each in self._uploads(prefix):
            if each["Key"] not in keys:
                upload = {"Key": each["Key"], "UploadId": each["UploadId"]}
                _do(self._client.abort_multipart_upload, Bucket=self._bucket, **upload)
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        for each in [each for page in _do(lambda: list(pages)) for each in page.get("Contents", [])]:
            if each["Key"] not in keys:
                _do(self._client.delete_object, Bucket=self._bucket, Key=each["Key"])


def _shown(draft: str) -> str:
    """The name that a draft will have: a draft is called `.<name>-<what is in it>.partial`."""
    return draft.removeprefix(".").partition("-")[0]


def _do(call: Callable[..., Any], missing: Any = NotSent, **values: Any) -> Any:
    """What a call gives, `missing` when there is no such object; NotSent in words that name neither key nor content."""
    try:
        return call(**values)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in ("404", "NoSuchKey", "NotFound") and missing is not NotSent:
            return missing
        raise NotSent(f"The storage refused ({code})", code not in FINAL) from error
    except BotoCoreError as error:
        raise NotSent(f"The storage cannot be reached ({type(error).__name__})") from error

"""A verifier of evidence packages by somebody who has nothing but docs/evidence.md: not a line of the program is used.

``verify(folder, bank's certificate, age identity)`` gives the names of what is wrong; none means that all holds.
"""

import json
import re
import zlib
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import asn1crypto.tsp  # noqa: F401 - teaches cms the content of timestamps
import pyrage
import rfc8785
from asn1crypto import cms, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

NAMES = {"manifest.json", "manifest.sig", "device.pem", "bank.pem", "enrolment.json", "enrolment.sig", "receipt.json"}
BAD = (InvalidSignature, ValueError, KeyError, TypeError, AttributeError, IndexError, pyrage.DecryptError)
RANGE = re.compile(rb"/ByteRange\s*\[\s*0 (\d+) (\d+) (\d+)\s*\]")


def verify(folder: Path, bank_pem: bytes, identity: str) -> set[str]:
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    wrong = {name for name in names - NAMES if not re.fullmatch(r"files/[0-9a-f]{64}\.age", name)}
    wrong |= NAMES - names - {"receipt.json"}
    if wrong:
        return wrong
    part = {name: (folder / name).read_bytes() for name in NAMES & names}
    said = {name: parsed(part[name]) for name in part if name.endswith(".json")}
    if wrong := {name for name, value in said.items() if value is None}:
        return wrong
    bank = x509.load_pem_x509_certificate(bank_pem)
    manifest, enrolment, receipt = (said.get(name) for name in ("manifest.json", "enrolment.json", "receipt.json"))
    checks = {
        "bank.pem": lambda: x509.load_pem_x509_certificate(part["bank.pem"]) == bank and issued(bank, bank)
        and digest(part["bank.pem"]) == manifest["bank_certificate_sha256"],
        "enrolment.sig": lambda: bank.public_key().verify(
            bytes.fromhex(part["enrolment.sig"].decode()), part["enrolment.json"], ECDSA(SHA256())) is None,
        "manifest.sig": lambda: ed25519(enrolment["signing_public_key"], part["manifest.sig"].decode(), part["manifest.json"])
        and manifest["device_id"] == enrolment["device_id"],
        "device.pem": lambda: digest(part["device.pem"]) == manifest["device_certificate_sha256"]
        and valid_then(x509.load_pem_x509_certificate(part["device.pem"]), bank, moment(manifest["sealed_at"])),
        "receipt.json": lambda: receipt is None or good_receipt(receipt, enrolment, manifest, part["manifest.json"])}
    wrong = {name for name, check in checks.items() if not holds(check)}
    listed = {f"files/{entry['cipher_sha256']}.age": entry for entry in manifest["files"]}
    wrong |= {name for name in names if name.startswith("files/")} ^ set(listed)
    plain: dict[str, tuple[dict, bytes]] = {}
    for name, entry in listed.items():
        if name in names and not holds(lambda name=name, entry=entry: opened(folder / name, entry, identity, plain)):
            wrong.add(name)
    journals = [entry["id"] for entry in manifest["files"] if entry["kind"] == "journal"]
    if wrong or len(journals) != 1:
        return wrong or {"manifest.json"}
    events = parsed(plain[journals[0]][1])
    if events is None or not holds(lambda: chained(events, manifest)):
        return {journals[0]}
    return {name for name, check in documents(events, plain, bank) if not holds(check)}


def parsed(data: bytes):
    """The value of canonical JSON; None of any other spelling."""
    try:
        value = json.loads(data)
        return value if rfc8785.dumps(value) == data else None
    except BAD:
        return None


def holds(check) -> bool:
    try:
        return bool(check())
    except BAD:
        return False


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def issued(certificate, issuer) -> bool:
    return certificate.verify_directly_issued_by(issuer) is None


def valid_then(certificate, bank, then: datetime) -> bool:
    return issued(certificate, bank) and certificate.not_valid_before_utc <= then <= certificate.not_valid_after_utc


def ed25519(key: str, signature: str, message: bytes) -> bool:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message) is None


def good_receipt(receipt: dict, enrolment: dict, manifest: dict, manifest_bytes: bytes) -> bool:
    bare = rfc8785.dumps({name: value for name, value in receipt.items() if name != "signature"})
    about = (receipt["case_id"], receipt["revision"], receipt["manifest_sha256"], receipt["key_id"])
    return ed25519(enrolment["receipt_public_key"], receipt["signature"], bare) and about == (
        manifest["case_id"], manifest["revision"], digest(manifest_bytes), enrolment["receipt_key_id"])


def opened(path: Path, entry: dict, identity: str, plain: dict) -> bool:
    cipher = path.read_bytes()
    data = pyrage.decrypt(cipher, [pyrage.x25519.Identity.from_str(identity)])
    plain[entry["id"]] = entry, data
    return (len(cipher), digest(cipher), len(data), digest(data)) == (
        entry["cipher_size"], entry["cipher_sha256"], entry["size"], entry["sha256"])


def chained(events: list[dict], manifest: dict) -> bool:
    previous = "0" * 64
    for number, event in enumerate(events, start=1):
        bare = rfc8785.dumps({name: value for name, value in event.items() if name != "hash"})
        if (event["seq"], event["previous"], event["hash"]) != (number, previous, digest(bare)):
            return False
        previous = event["hash"]
    return (previous, len(events)) == (manifest["journal_head"], manifest["journal_length"])


def documents(events: list[dict], plain: dict, bank):
    """Each signed PDF with its check: what was shown before each signature, and the bank's time where the journal has one."""
    sizes, history = {}, {}
    for fact in (event["fact"] for event in events if event["fact"]["kind"].startswith("document_")):
        sizes[fact["file"]["sha256"]] = fact["file"]["size"]
        if fact["kind"] == "document_prepared":
            history[fact["form"]] = ()
        if fact["kind"] == "document_signed":
            history[fact["form"]] += (fact["prepared_sha256"],)
        if fact["kind"] != "document_prepared" and fact["file"]["id"] in plain:
            below = (fact["signed_sha256"],) if "stamped_at" in fact else ()
            shown = [(sha, sizes.get(sha, 0)) for sha in (*history[fact["form"]], *below)]
            stamped = moment(fact["stamped_at"]) if "stamped_at" in fact else None
            yield fact["file"]["id"], partial(good_pdf, plain[fact["file"]["id"]][1], shown, stamped, bank)


def good_pdf(pdf: bytes, shown: list[tuple[str, int]], stamped: datetime | None, bank) -> bool:
    ranges = sorted(tuple(map(int, match.groups())) for match in RANGE.finditer(pdf))
    found = [signed(pdf[:stop] + pdf[start:start + length], pdf[stop:start], bank) for stop, start, length in ranges]
    times, serials = [when for when, _ in found], {serial for _, serial in found}
    return (sum(ranges[-1][1:]) == len(pdf) and times == [None] * (len(shown) - bool(stamped)) + [stamped] * bool(stamped)
            and all(digest(pdf[:size]) == sha for sha, size in shown)
            and (stamped is None or unrevoked(pdf[sum(ranges[-2][1:]):], serials, stamped, bank)))


def unrevoked(revision: bytes, serials: set[int], then: datetime, bank) -> bool:
    """Whether the bank's list in the timestamp's revision names none of the certificates."""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", revision, re.DOTALL):
        data = zlib.decompress(stream) if stream[:1] == b"x" else stream
        if b"\x55\x1d\x14" in data:  # the extension that only revocation lists have: their number
            listed = x509.load_der_x509_crl(data)
            return (listed.is_signature_valid(bank.public_key()) and listed.last_update_utc <= then <= listed.next_update_utc
                    and not serials & {one.serial_number for one in listed})
    return False


def signed(covered: bytes, contents: bytes, bank) -> tuple[datetime | None, int]:
    """When (a timestamp's word, None of a signature) and by which certificate; raises where it does not hold."""
    padded = bytes.fromhex(contents[1:-1].decode())
    content = cms.ContentInfo.load(core.Sequence.load(padded, strict=False).dump())["content"]
    signer, holder = content["signer_infos"][0], x509.load_der_x509_certificate(content["certificates"][0].chosen.dump())
    attributes = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
    stamp = content["encap_content_info"]["content"].parsed if attributes["content_type"] == "tst_info" else None
    if attributes["message_digest"] != sha256(covered if stamp is None else stamp.dump()).digest():
        raise ValueError("message-digest")
    if stamp is not None and stamp["message_imprint"]["hashed_message"].native != sha256(covered).digest():
        raise ValueError("hashedMessage")
    holder.verify_directly_issued_by(bank)
    holder.public_key().verify(signer["signature"].native, signer["signed_attrs"].untag().dump(), ECDSA(SHA256()))
    return stamp["gen_time"].native if stamp is not None else None, holder.serial_number

"""Examples and error answers in the interface's description. People and numbers in them are invented."""

from fastapi import Body

from app.domain import wire

CASE_ID = "0199d1c2-7e31-7a54-9c55-2f6f0a1b3c4d"
_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

ENROL = Body(examples=[{
    "code": "7K2MQ-XW4RP-9HDTV-3CBNA", "device_name": "朝阳路二店 平板 3", "signing_public_key": _HASH,
    "csr_pem": "-----BEGIN CERTIFICATE REQUEST-----\n…\n-----END CERTIFICATE REQUEST-----\n",
    "cameras": [{"hardware_id": "usb:046d:082d:serial:2F3A91BF", "name": "HD Pro Webcam C920"}],
    "proof": _HASH * 2}])
SIGN_IN = Body(examples=[{"staff_id": "10482", "password": "不要使用这个密码"}])
INTAKE = Body(examples=[{
    "manifest": {
        "format": "mianqian-manifest/1", "suite": "age-x25519+sha256+ed25519", "case_id": CASE_ID,
        "case_number": "MQ20261123-0001", "revision": 1, "previous_manifest": None, "policy_version": "2026.11",
        "policy_sha256": _HASH, "device_id": "dev-5f0c1a2b3d4e5f60", "staff_id": "10482", "product": "new_car_loan",
        "dealer_id": "D1001", "sealed_at": "2026-11-23T06:32:05.120000Z", "monotonic_ms": 81234567,
        "journal_head": _HASH, "journal_length": 42, "completeness": 1.0, "operation_score": 93.5,
        "app_version": "0.1.0", "device_certificate_sha256": _HASH, "bank_certificate_sha256": _HASH,
        "files": [{"id": "f-01", "kind": "id_front", "media_type": "image/jpeg", "size": 183422, "sha256": _HASH,
                   "cipher_size": 183814, "cipher_sha256": _HASH}]},
    "device_signature": _HASH * 2}])
WITHDRAWAL = Body(examples=[{"purpose": "face_transfer", "withdrawn_at": "2026-11-24T02:10:00Z"}])
STATUS = Body(examples=[{"status": "in_review", "note": ""}])
SUPPLEMENT = Body(examples=[{
    "papers": ["income_proof"], "note": "收入证明缺少单位公章", "due": "2026-11-27T09:00:00Z"}])

_DESCRIPTIONS = {
    400: "no JSON", 401: "device or staff not accepted", 403: "device revoked, or not this role's business",
    404: "not there, or another manager's", 409: "does not fit what the bank already has", 413: "too large",
    422: "not well-formed, or not what it says", 425: "this very request was taken before: sign anew",
    429: "too many attempts", 500: "a fault of the gateway", 503: "the database does not answer: try later",
    507: "the gateway is out of space",
}
_UPLOADS = {
    405: "POST without X-HTTP-Method-Override: PATCH", 408: "the body ended early; what came is kept", 410: "no such upload",
    412: "another version of tus", 423: "another connection is sending this file", 460: "the checksum is another",
}


def _troubles(texts: dict[int, str]) -> dict[int | str, dict]:
    return {status: {"model": wire.TroubleAnswer, "description": text} for status, text in texts.items()}


TROUBLES, UPLOAD_TROUBLES = _troubles(_DESCRIPTIONS), _troubles(_UPLOADS)

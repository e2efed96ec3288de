"""The bank's timestamp service: RFC 3161 tokens that say "these bytes existed then", under the bank's own authority.

Signed with a key of its own whose certificate allows nothing else. Only SHA-256 is stamped.
"""

from datetime import datetime
from secrets import randbits

import asn1crypto.algos as algos
from asn1crypto import cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.domain.evidence import digest
from gateway.keys import BankKeys

# An identifier that belongs to nobody else (ITU-T X.667): policy and clock are described in docs/gateway.md.
POLICY = "2.25.301245389745210986452387412096453871201"
SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})
ACCURACY_S = 1


class Rejection(core.Sequence):
    """A TimeStampResp without a token, which asn1crypto's own class has no room for."""

    _fields = [("status", tsp.PKIStatusInfo)]


def answer(keys: BankKeys, query: bytes, now: datetime) -> bytes:
    """The DER response to a DER request; one that cannot be stamped gets a rejection with the reason, as RFC 3161 says."""
    try:
        request = tsp.TimeStampReq.load(query, strict=True)
        refused = _refused(request)
    except (ValueError, TypeError, KeyError):
        refused = "bad_data_format"
    if refused:
        return Rejection({"status": {"status": "rejection", "fail_info": {refused}}}).dump()
    return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": _token(keys, request, now)}).dump()


def _refused(request: tsp.TimeStampReq) -> str:
    imprint = request["message_imprint"]
    if request["version"].native != "v1" or len(imprint["hashed_message"].native) != 32:
        return "bad_data_format"
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        return "bad_alg"
    if request["req_policy"].native not in (None, POLICY):
        return "unaccepted_policy"
    return "unaccepted_extensions" if len(request["extensions"]) else ""


def _token(keys: BankKeys, request: tsp.TimeStampReq, now: datetime) -> cms.ContentInfo:
    certificate = x509.Certificate.load(keys.tsa.public_bytes(serialization.Encoding.DER))
    stated = {"version": "v1", "policy": POLICY, "message_imprint": request["message_imprint"],
              "serial_number": randbits(120), "gen_time": now.replace(microsecond=0), "accuracy": {"seconds": ACCURACY_S}}
    if request["nonce"].native is not None:
        stated["nonce"] = request["nonce"]
    info = tsp.TSTInfo(stated).dump()
    attributes = cms.CMSAttributes([
        _attribute("content_type", "tst_info"),
        _attribute("message_digest", bytes.fromhex(digest(info))),
        _attribute("signing_certificate_v2", tsp.SigningCertificateV2({
            "certs": [{"cert_hash": bytes.fromhex(digest(certificate.dump()))}]}))])
    signature = keys.tsa_key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
    signer = cms.SignerInfo({
        "version": "v1", "digest_algorithm": SHA256, "signed_attrs": attributes, "signature": signature,
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber({
            "issuer": certificate.issuer, "serial_number": certificate.serial_number})}),
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})})
    signed = {"version": "v3", "digest_algorithms": [SHA256], "signer_infos": [signer],
              "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)}}
    if request["cert_req"].native:
        signed["certificates"] = [certificate]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": [value]})

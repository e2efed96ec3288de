"""How long documents take: six pages with a table drawn (limit 500 ms), one signature with ink (limit 300 ms), one check, the
customer's copy. Prints least, median and most in milliseconds, and the processor's own time, which other load does not touch."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import sin

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.domain.ink import Ink, InkPoint
from app.forms.check import check_pdf
from app.forms.customer_copy import customer_copy
from app.forms.draw import draw
from app.forms.seal import sign_pdf

CLAUSE = ("{} 借款人应当按照约定的期限、用途使用借款，不得用于购房、股票、期货等；"
          "违反约定的，贷款人有权提前收回借款 128,000.00 元。\n\n")
TEXT = "# 六页合同\n\n" + "".join(CLAUSE.format(f"1.{n}") for n in range(1, 61)) + (
    "| 期数 | 还款日 | 本金（元） | 利息（元） | 合计（元） |\n|:-:|:-:|--:|--:|--:|\n"
    + "".join(f"| {n} | 2026-12-{n % 28 + 1:02d} | 2,777.77 | 333.33 | 3,111.10 |\n" for n in range(1, 61)))
BANK = {"bank": {"name": "示范银行"}}
SIGNERS = ("borrower", "spouse", "manager")
ROUNDS, COPIED = 10, 6


def main() -> None:
    now = datetime.now(UTC)
    key, device, ca = _device(now)
    form, first = _timed(lambda: draw("bench", TEXT, BANK, case_number="B-1", case_id="bench", signers=SIGNERS))
    draws = [_timed(lambda: draw("bench", TEXT, BANK, case_number="B-1", case_id="bench", signers=SIGNERS))[1]
             for _ in range(ROUNDS)]
    signs, checks = [], []
    for _ in range(ROUNDS):
        pdf = form.pdf
        for number, box in enumerate(form.signature_boxes.values()):
            pdf, spent = _timed(lambda pdf=pdf, box=box, n=number: sign_pdf(
                pdf, box, _ink(n), "基准", now, key, device, ca))
            signs.append(spent)
        verdict, spent = _timed(lambda pdf=pdf: check_pdf(pdf, ca))
        checks.append(spent)
        if not verdict.ok:
            raise SystemExit("the sealed document does not verify")
    pages = max(box[0] for box in form.signature_boxes.values()) + 1
    print(f"pages {pages}, {len(form.pdf) / 1024:.0f} KB, sealed {len(pdf) / 1024:.0f} KB")
    print(f"draw: first {first:.0f} ms (loads fonts), then {_figures(draws)}")
    print(f"sign: first {signs[0]:.0f} ms (loads pyHanko), then {_figures(signs[1:])} a signature")
    print(f"check {len(SIGNERS)} signatures: {_figures(checks)}")
    print(f"customer's copy of {COPIED} such documents: {_figures(_copies(form.pdf, pdf))}")
    busy = time.process_time()
    draw("bench", TEXT, BANK, case_number="B-1", case_id="bench", signers=SIGNERS)
    drawn = time.process_time()
    sign_pdf(form.pdf, form.signature_boxes["borrower"], _ink(0), "基准", now, key, device, ca)
    signed = time.process_time()
    print(f"processor time: {(drawn - busy) * 1000:.0f} ms a drawing, {(signed - drawn) * 1000:.0f} ms a signature")


def _copies(cover: bytes, sealed: bytes) -> list[float]:
    documents = {f"{number}.pdf": sealed for number in range(COPIED)}
    return [_timed(lambda: customer_copy(cover, documents, {}, "Benchmark#1"))[1] for _ in range(3)]


def _timed(work: Callable):
    start = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - start) * 1000


def _figures(values: list[float]) -> str:
    return f"min {min(values):.0f}, median {statistics.median(values):.0f}, max {max(values):.0f} ms"


def _ink(seed: int) -> Ink:
    """300 points, about what a pen gives for a name of three characters."""
    strokes = [tuple(InkPoint(x=0.1 + 0.08 * s + 0.002 * i, y=0.5 + 0.3 * sin(i / 5 + s + seed), t_ms=s * 400 + i * 8,
                              pressure=i / 30) for i in range(30)) for s in range(10)]
    return Ink(strokes=tuple(strokes), pad_width_mm=160, pad_height_mm=70, device="pen")


def _device(now: datetime) -> tuple[bytes, bytes, bytes]:
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _certificate("Benchmark CA", ca_key, ca_key, now, ca=True)
    device = _certificate("Benchmark device", key, ca_key, now, ca=False)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), device, ca


def _certificate(common: str, key, issuer_key, now: datetime, *, ca: bool) -> bytes:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    usage = x509.KeyUsage(digital_signature=not ca, content_commitment=not ca, key_encipherment=False,
                          data_encipherment=False, key_agreement=False, key_cert_sign=ca, crl_sign=ca,
                          encipher_only=False, decipher_only=False)
    return (x509.CertificateBuilder().subject_name(name(common)).issuer_name(name("Benchmark CA"))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(usage, critical=True)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(issuer_key, hashes.SHA256()).public_bytes(Encoding.PEM))


if __name__ == "__main__":
    main()

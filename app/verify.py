"""Checking what was handed over, offline: an evidence package (folder or ZIP) or a sealed PDF."""

from pathlib import Path

from app.domain.condition import Kind
from app.domain.policy import Words
from app.forms.check import check_pdf
from app.forms.package import PackageVerdict, verify_package
from app.forms.report import Problem

NOT_FOUND = Kind("verify.not_found", zh="找不到要核验的文件或文件夹。", zh_next="请检查路径。",
                 en="The file or folder to verify is not there.", en_next="Check the path.")
TRUST_NEEDED = Kind(
    "verify.trust_needed", zh="核验 PDF 需要银行的证书。", zh_next="请用 --trust 指定 bank.pem，或把它放在 PDF 旁边。",
    en="A PDF is verified against the bank's certificate.", en_next="Name it with --trust, or put bank.pem beside the PDF.")
UNREADABLE = Kind("verify.unreadable", zh="读不到文件 {name}。", zh_next="请检查路径和权限。",
                  en="The file {name} cannot be read.", en_next="Check its path and permission.")
BESIDE = Words(zh="用的是 PDF 旁边的 bank.pem，没有核对它是不是银行的证书；请用 --trust 指定银行给的证书。",
               en="The bank.pem beside the PDF was used; whether it is the bank's was not checked. Name the bank's own "
                  "certificate with --trust.")
BANK_FILE = "bank.pem"


def verify_path(path: Path, trust: Path | None, identity: Path | None) -> PackageVerdict:
    """The verdict on a package or PDF. Without ``trust`` it is judged by the certificate in or beside it.

    Raises ``verify.*`` and ``package.identity``.
    """
    if not path.exists():
        raise NOT_FOUND()
    trusted = _bytes(trust) if trust else None
    if path.suffix.lower() == ".pdf" and path.is_file():
        return _pdf(path, trusted)
    key = _secret(_bytes(identity).decode("ascii", "replace")) if identity else None
    return verify_package(path, trust_bank_certificate=trusted, identity=key)


def _pdf(path: Path, trusted: bytes | None) -> PackageVerdict:
    beside = path.parent / BANK_FILE
    if trusted is None and not beside.is_file():
        raise TRUST_NEEDED()
    verdict = check_pdf(_bytes(path), _bytes(beside) if trusted is None else trusted)
    signed = tuple(Words(zh=f"签名有效：{s.signer}", en=f"valid signature: {s.signer}") for s in verdict.signatures)
    problems = tuple(Problem(path.name, words.zh, words.en) for _, words in verdict.problems)
    return PackageVerdict(ok=verdict.ok, manifest=None, checked=signed, unchecked=() if trusted else (BESIDE,), problems=problems)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UNREADABLE(name=path.name) from error


def _secret(text: str) -> str:
    """The key of an age key file; its comment lines do not count."""
    return next((line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")), "")

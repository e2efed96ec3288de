"""The evidence package: all that a sealed case is, still encrypted, for anyone with the bank's certificate to check.

``docs/evidence.md`` describes the format for whoever writes another verifier.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.domain.condition import Kind
from app.domain.evidence import FileRef, Manifest, Receipt, canonical, digest
from app.domain.policy import Words
from app.forms import archive, contents, words
from app.forms.archive import NAME, Damaged, zip_package
from app.forms.report import Problem, Report
from app.forms.trust import check_trust
from app.store.disk import Disk

__all__ = ["PackageVerdict", "Problem", "verify_package", "write_package", "zip_package"]

FOLDER_IN_USE = Kind(
    "package.folder_in_use", zh="目标文件夹里有其他文件，没有写入证据包。", zh_next="请选择一个空文件夹。",
    en="The folder holds other files; the package was not written.", en_next="Choose an empty folder.")
FILE_DAMAGED = Kind(
    "package.file_damaged", zh="本机保存的文件 {id} 已损坏，不能导出证据包。",
    zh_next="请勿删除本机数据，并联系管理员。",
    en="The stored file {id} is damaged; the package cannot be written.",
    en_next="Delete nothing on this computer and call the administrator.")


@dataclass(frozen=True)
class PackageVerdict:
    """``checked`` and ``unchecked`` in plain words; ``problems`` name the file they were found in.

    ``unchecked`` is what could not be checked with what was given; it does not make a package bad.
    """

    ok: bool
    manifest: Manifest | None
    checked: tuple[Words, ...]
    unchecked: tuple[Words, ...]
    problems: tuple[Problem, ...]


def write_package(folder: Path, manifest: Manifest, device_signature: str, *, device_certificate_pem: bytes,
                  bank_certificate_pem: bytes, enrolment_json: bytes, enrolment_signature: str,
                  files: Iterable[tuple[FileRef, Path]], receipt: Receipt | None = None) -> Path:
    """Write the package to ``folder``, the manifest last; an earlier package there is replaced.

    ``files`` pairs each entry of the manifest with its age file. Raises ``package.folder_in_use`` where the folder
    holds anything else, ``package.file_damaged`` for a file that is not what the manifest says, and disk conditions.
    """
    parts = {"manifest.sig": device_signature.encode("ascii"), "device.pem": device_certificate_pem,
             "bank.pem": bank_certificate_pem, "enrolment.json": enrolment_json,
             "enrolment.sig": enrolment_signature.encode("ascii")}
    if receipt is not None:
        parts["receipt.json"] = canonical(receipt.model_dump(mode="json"))
    stored = {f"files/{ref.cipher_sha256}.age": (ref, path) for ref, path in files}
    _make_room(folder, {*parts, *stored, "manifest.json"})
    disk = Disk()
    for name, (ref, path) in stored.items():
        data = path.read_bytes()
        if digest(data) != ref.cipher_sha256:
            raise FILE_DAMAGED(id=ref.id)
        disk.write(folder / name, data)
    for name, data in parts.items():
        disk.write(folder / name, data)
    disk.write(folder / "manifest.json", manifest.canonical())
    return folder


def _make_room(folder: Path, names: set[str]) -> None:
    (folder / "files").mkdir(parents=True, exist_ok=True)
    present = archive.FolderSource(folder).names()
    if not all(NAME.fullmatch(name) for name in present):
        raise FOLDER_IN_USE()
    for name in sorted(present, key=lambda name: name != "manifest.json"):
        if name == "manifest.json" or name not in names:
            (folder / name).unlink()


def verify_package(path: Path, *, trust_bank_certificate: bytes | None = None,
                   identity: str | None = None) -> PackageVerdict:
    """Check a package, folder or ZIP, offline.

    ``trust_bank_certificate`` (PEM) is the bank's certificate as the checker holds it; ``identity`` an age secret key
    of bank or case, to look inside the files too. Raises ``package.not_found`` and ``package.identity``.
    """
    report = Report()
    key = contents.identity_of(identity) if identity else None
    try:
        source = archive.open_package(path)
    except Damaged:
        report.problem(path.name, words.UNREADABLE)
        return _verdict(report, None)
    try:
        manifest = check_trust(source, trust_bank_certificate, report)
        if manifest is None or report.bad("manifest.json"):
            report.left(words.NO_MANIFEST)
        else:
            _check_files(source, manifest, report)
            _check_inside(source, manifest, key, report)
        if not source.sound and not report.problems:
            report.problem(path.name, words.ZIP_FORM)
    finally:
        source.close()
    return _verdict(report, manifest)


def _check_files(source: archive.Source, manifest: Manifest, report: Report) -> None:
    names = set(source.names())
    listed = {f"files/{ref.cipher_sha256}.age": ref for ref in manifest.files}
    for name in sorted(names):
        if name.startswith("files/") and NAME.fullmatch(name) and name not in listed:
            report.problem(name, words.EXTRA)
    for name, ref in listed.items():
        if name not in names:
            report.problem(name, words.MISSING)
        elif not report.bad(name) and not _intact(source, name, ref):
            report.problem(name, words.CHANGED)
    if len({ref.id for ref in manifest.files}) != len(manifest.files):
        report.problem("manifest.json", words.TWICE)
    report.done(words.fill(words.FILES_INTACT, len(listed)))


def _intact(source: archive.Source, name: str, ref: FileRef) -> bool:
    if source.size(name) != ref.cipher_size:
        return False
    hashed = sha256()
    with source.open(name) as file:
        for chunk in archive.chunks(file):
            hashed.update(chunk)
    return hashed.hexdigest() == ref.cipher_sha256


def _check_inside(source: archive.Source, manifest: Manifest, key, report: Report) -> None:
    if key is None:
        report.left(words.NO_IDENTITY)
    elif report.bad("bank.pem"):
        report.left(words.NO_BANK)
    else:
        contents.check_contents(source, manifest, key, report)


def _verdict(report: Report, manifest: Manifest | None) -> PackageVerdict:
    return PackageVerdict(not report.problems, manifest, tuple(report.checked), tuple(report.unchecked),
                          tuple(report.problems))

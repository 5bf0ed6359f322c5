"""A program's folder as a .zip, in and out. An archive from outside is refused before it is big.

Sources of the limits: a shipped program is below 0.5 MB in fewer than 100 files.
"""

import io
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

MOST_BYTES = 2 * 2**20  # as uploaded
MOST_UNPACKED = 10 * 2**20
MOST_FILES = 500
MOST_RATIO = 100
SUFFIXES = {".yaml", ".md", ".png", ".jpg", ".webp", ".svg", ".mp3", ".vtt", ""}
# Others may ask for gigabytes of memory before the first byte.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
)


class ArchiveError(Exception):
    """The archive is refused. `reasons` say why, by file."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = reasons


def pack(root: Path) -> bytes:
    """The folder `root` and all below it; the same files always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            name = f"{root.name}/{path.relative_to(root).as_posix()}"
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpack(data: bytes, folder: Path) -> Path:
    """Write the archive below `folder` and return the one program folder in it.

    Raises:
        ArchiveError: it is no zip, is too big, holds links or paths that lead outside, files of
            other kinds, or not exactly one folder with a program.yaml.
    """
    if len(data) > MOST_BYTES:
        raise ArchiveError([f"larger than {MOST_BYTES // 2**20} MB"])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if reasons := _faults(entries):
                raise ArchiveError(reasons)
            left = MOST_UNPACKED
            for entry in entries:
                left -= _write(archive, entry, folder, left)
    except _BROKEN as error:
        raise ArchiveError([f"cannot be read as .zip: {error}"]) from error
    except OSError as error:
        raise ArchiveError([f"cannot be unpacked: {error.strerror}"]) from error
    roots = {PurePosixPath(entry.filename).parts[0] for entry in entries}
    if len(roots) != 1 or not (folder / (root := roots.pop()) / "program.yaml").is_file():
        raise ArchiveError(["must hold one folder, named after the program, with program.yaml"])
    return folder / root


def _faults(entries: list[zipfile.ZipInfo]) -> list[str]:
    if len(entries) > MOST_FILES:
        return [f"holds more than {MOST_FILES} files"]
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        return [f"unpacks to more than {MOST_UNPACKED // 2**20} MB"]
    found = []
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
            found.append(f"{name}: leads outside the program's folder")
        elif len(path.parts) < 2:
            found.append(f"{name}: lies outside the program's folder")
        elif path.suffix.lower() not in SUFFIXES:
            found.append(f"{name}: is no file of a program")
        if entry.compress_type not in PACKINGS:
            found.append(f"{name}: is packed in a way that is not read here")
        if stat.S_ISLNK(entry.external_attr >> 16):
            found.append(f"{name}: is a link")
        if entry.file_size > MOST_RATIO * max(entry.compress_size, 1024):
            found.append(f"{name}: is packed too tightly to be a text")
        if name in seen:
            found.append(f"{name}: occurs twice")
        seen.add(name)
    return found


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left: int) -> int:
    """Write one file; the size that its header states is not trusted."""
    target = folder / entry.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source:
        data = source.read(left + 1)
    if len(data) > left:
        raise ArchiveError([f"unpacks to more than {MOST_UNPACKED // 2**20} MB"])
    target.write_bytes(data)
    return len(data)

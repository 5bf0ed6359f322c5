from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from programs.engine.content import load_program
from programs.engine.content_archives import MOST_BYTES, ArchiveError, pack, unpack
from programs.engine.content_hash import content_hash

FOUNDATIONS = Path(__file__).resolve().parents[3] / "curriculum/foundations-clinical-empathy"


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def damaged(packing: int, at: slice) -> bytes:
    """An archive with a spoiled byte in what one packing wrote."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        archive.writestr("p/program.yaml", b"slug: p\n" * 99)
    data = bytearray(buffer.getvalue())
    data[at] = b"\xff" * len(data[at])
    return bytes(data)


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_out_and_in_again_gives_the_same_hash(tmp_path):
    root = unpack(pack(FOUNDATIONS), tmp_path)

    assert content_hash(load_program(root)) == content_hash(load_program(FOUNDATIONS))
    assert pack(FOUNDATIONS) == pack(root)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no zip",
        b"x" * (MOST_BYTES + 1),
        zipped(("../out.md", b"x")),
        zipped(("p/../../out.md", b"x")),
        zipped(("/out.md", b"x")),
        zipped(("p\\..\\..\\out.md", b"x")),
        zipped(("C:/out.md", b"x")),
        zipped((link("p/program.yaml"), b"/etc/passwd")),
        zipped(("p/program.yaml", b"x"), ("q/program.yaml", b"x")),
        zipped(("p/other.yaml", b"x")),
        zipped(("p/run.exe", b"x"), ("p/program.yaml", b"x")),
        zipped(("p/program.yaml", b"0" * 9_000_000)),
        damaged(zipfile.ZIP_DEFLATED, slice(44, 48)),
        damaged(zipfile.ZIP_LZMA, slice(53, 60)),
        zipped(*((f"p/{n}.md", b"x") for n in range(600))),
    ],
    ids=lambda data: f"{len(data)}-bytes",  # an archive holds its time: workers must agree on names
)
def test_what_is_no_program_is_refused_and_nothing_lands_outside(data, tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    with pytest.raises(ArchiveError) as refusal:
        unpack(data, inside)

    assert refusal.value.reasons
    assert [path.name for path in tmp_path.iterdir()] == ["inside"]

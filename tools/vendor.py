"""For maintainers: fetch the two typefaces and put them where the site serves them from.

    python tools/vendor.py

Nothing runs this at start-up: the files lie in the repository. Packages come through `npm pack`,
from whichever registry the maintainer's own npm is set to; the recorded SHA-256 decides whether
what came is what was reviewed.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    sha256: str  # of the .tgz
    files: dict[str, str]  # path in the package -> name under static/fonts


PACKAGES = [
    Package(
        name="@fontsource-variable/atkinson-hyperlegible-next",
        version="5.3.0",
        sha256="75d5156505841b7dd4251398f0a5ff9e44120c87c2e388e9a108879b4def23a6",
        files={
            "files/atkinson-hyperlegible-next-latin-wght-normal.woff2": (
                "atkinson-hyperlegible-next-latin.woff2"
            ),
            "files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2": (
                "atkinson-hyperlegible-next-latin-ext.woff2"
            ),
            "LICENSE": "atkinson-hyperlegible-next-OFL.txt",
        },
    ),
    Package(
        name="@fontsource-variable/bricolage-grotesque",
        version="5.3.0",
        sha256="6e99e0d844f7bc152bb3b007f9b1493c53e60cc0744cc681bb744e0b5f14665e",
        files={
            "files/bricolage-grotesque-latin-wght-normal.woff2": "bricolage-grotesque-latin.woff2",
            "LICENSE": "bricolage-grotesque-OFL.txt",
        },
    ),
]


def fetch(package: Package, folder: Path) -> Path:
    """Download one package into `folder`; exit if its hash is not the recorded one."""
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    name = subprocess.run(  # fixed arguments
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()
    archive = folder / name.splitlines()[-1]
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package.sha256:
        sys.exit(f"{package.name} {package.version}: expected {package.sha256}, got {found}")
    return archive


def unpack(package: Package, archive: Path) -> None:
    """Copy only the named files; a package cannot choose where they land."""
    with tarfile.open(archive) as tar:
        for inside, name in package.files.items():
            member = tar.extractfile(f"package/{inside}")
            if member is None:
                sys.exit(f"{package.name}: no file {inside}")
            (FONTS / name).write_bytes(member.read())


def main() -> None:
    FONTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            unpack(package, fetch(package, Path(folder)))


if __name__ == "__main__":
    main()

"""Files made to fill memory or time, and a child process with little of both that reads them."""

import gzip
import json
import os
import resource
import subprocess
import sys
import zipfile
import zlib
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[1]
MEBIBYTE = 1024 * 1024
_READ = """
import sys
from pathlib import Path
from index.readers import read_file
from index.types import Article
for name in sys.argv[1:]:
    print("file")
    for item in read_file(Path(name)):
        if isinstance(item, Article):
            print("article", len(item.body))
        else:
            print("rejected", item.line or "", str(item.reason)[:200])
"""


def repeated(path: Path, piece: bytes, size: int, *, head: bytes = b"", tail: bytes = b"") -> None:
    """``head``, at least ``size`` bytes of ``piece`` again and again, ``tail``; packed for .gz."""
    block = piece * max(1, MEBIBYTE // 4 // len(piece))
    with ExitStack() as open_files:
        stream = open_files.enter_context(path.open("wb"))
        if path.suffix == ".gz":
            stream = open_files.enter_context(gzip.GzipFile("", "wb", 1, stream))
        stream.write(head)
        for _ in range(size // len(block)):
            stream.write(block)
        stream.write(tail)


def zip_bomb(path: Path) -> None:
    """An archive of 100 MB that takes 500 kB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("a.txt", b"\0" * (100 * MEBIBYTE))


def pdf(path: Path, content: bytes, *, filters: str = "", pages: str = "/Kids [3 0 R]") -> None:
    """A PDF of one page whose content stream is ``content``."""
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages {pages} /Count 1 >>".encode(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << >> >>",
        f"<< /Length {len(content)} {filters} >>\nstream\n".encode() + content + b"\nendstream",
    )
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out += f"xref\n0 5\n0000000000 65535 f \n{table}trailer << /Size 5 /Root 1 0 R >>\n".encode()
    path.write_bytes(out + f"startxref\n{out.rfind(b'xref')}\n%%EOF".encode())


def deflated(size: int) -> bytes:
    """So many zero bytes, packed."""
    pack = zlib.compressobj(1)
    block = b"\0" * MEBIBYTE
    return b"".join(pack.compress(block) for _ in range(size // MEBIBYTE)) + pack.flush()


def entities(path: Path) -> None:
    """The billion laughs, in a page."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE html [<!ENTITY a0 "ha">{levels}]>'
    path.write_text(f"{doctype}<html><body><p>&a11;</p></body></html>", encoding="utf-8")


def read_in_child(*paths: Path, mebibytes: int) -> list[list[str]]:
    """What reading each of ``paths`` gave, line by line, in a process that may have ``mebibytes``.

    Fails where the process ended other than well: a traceback, or killed for time or memory.
    """
    done = run_in_child(_READ, *map(str, paths), limit=mebibytes * MEBIBYTE)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert "Traceback" not in done.stderr
    return [told.splitlines()[1:] for told in ("\n" + done.stdout).split("\nfile")[1:]]


def run_in_child(code: str, *arguments: str, limit: int) -> subprocess.CompletedProcess[str]:
    """Python code in a process that may have ``limit`` bytes of address space."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def nested_json(depth: int) -> bytes:
    """Arrays in arrays, ``depth`` deep."""
    return b"[" * depth + b"]" * depth


def row(text: str) -> bytes:
    """One good row of an export."""
    return json.dumps({"id": "a", "title": "题", "text": text}, ensure_ascii=False).encode()

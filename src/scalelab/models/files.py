"""A reader's own file: its text, unpacked, and refused if it is none."""

import gzip
import zlib
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import IO

import zstandard

MAX_BYTES = 2**30
GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
OTHER_ARCHIVES = {
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7z",
}
# A piece of a zstd archive this long can become at most some 128 MB.
ZSTD_PIECE = 4096

Source = str | PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | IO[str]


def text_of(source: Source, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a text file; ``source`` is a path, the bytes, or an open file.

    gzip and zstd are unpacked.

    Raises
    ------
    ValueError
        If the file is packed in another way, damaged, larger than ``max_bytes`` when unpacked, or
        no text of one byte a character.
    """
    content = _unpacked(_content(source), max_bytes)
    _refuse_what_is_no_text(content)
    return content


def _content(source: Source) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if isinstance(source, (str, PathLike)):
        return Path(source).read_bytes()
    content = source.read()
    return content.encode() if isinstance(content, str) else content


def _unpacked(content: bytes, max_bytes: int) -> bytes:
    for magic, name in OTHER_ARCHIVES.items():
        if content.startswith(magic):
            raise ValueError(
                f"this is a {name} archive, which is not read here; unpack it, or pack it "
                "with gzip or zstd"
            )
    if content.startswith(GZIP):
        content = _from_gzip(content, max_bytes)
    elif content.startswith(ZSTD) or _is_skippable_frame(content):
        content = _from_zstd(content, max_bytes)
    if len(content) > max_bytes:
        raise ValueError(
            f"the file is larger than {max_bytes:,} bytes when unpacked; cut out a part of it, "
            "or raise max_bytes"
        )
    return content


def _is_skippable_frame(content: bytes) -> bool:
    return content[1:4] == b"\x2a\x4d\x18" and content[0] & 0xF0 == 0x50


def _from_gzip(content: bytes, max_bytes: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            return file.read(max_bytes + 1)
    except EOFError:
        raise ValueError("the gzip archive is cut short; fetch or pack it again") from None
    except (OSError, zlib.error) as error:
        raise ValueError(f"the gzip archive is damaged ({error}); fetch or pack it again") from None


def _from_zstd(content: bytes, max_bytes: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    frame = zstandard.ZstdDecompressor().decompressobj()
    position = 0
    try:
        while position < len(content) and size <= max_bytes:
            piece = content[position : position + ZSTD_PIECE]
            pieces.append(frame.decompress(piece))
            size += len(pieces[-1])
            position += len(piece)
            if frame.eof:
                position -= len(frame.unused_data)
                if position < len(content):
                    frame = zstandard.ZstdDecompressor().decompressobj()
    except zstandard.ZstdError as error:
        raise ValueError(f"the zstd archive is damaged ({error}); fetch or pack it again") from None
    if size <= max_bytes and not frame.eof:
        raise ValueError("the zstd archive is cut short; fetch or pack it again")
    return b"".join(pieces)


def _refuse_what_is_no_text(content: bytes) -> None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("the text is in UTF-16; save it as UTF-8")
    if content[257:262] == b"ustar":
        raise ValueError("this is a tar archive of several files; unpack it and read one of them")

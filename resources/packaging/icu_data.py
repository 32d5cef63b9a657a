"""Makes a smaller libicudata: Qt asks ICU to sort and to fold, and never for its words, units, zone names and converters.

ICU's data are one archive (magic number 0xda27, format "CmnD"): a header, the number of items, a table of (offset of the name,
offset of the item), both from the number's place on, the names in order, the items at multiples of 16 bytes.
"""

from __future__ import annotations

import re
import struct
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAGIC = b"\xda\x27"
FORMAT = b"CmnD"
# By the item's name behind "icudt73l/". What is missing is found in the root, or answered with an error that Qt expects.
KEPT = re.compile(
    r"coll/(ucadata\.icu|(root|res_index)\.res)|[\w-]+\.nrm|(cnvalias|pnames|uprops|ucase|ubidi|ulayout)\.icu"
    r"|(root|pool|res_index|supplementalData|likelySubtags|metadata|keyTypeData|timezoneTypes|zoneinfo64|metaZones"
    r"|windowsZones|numberingSystems|plurals|pluralRanges|dayPeriods|icuver|icustd|currencyNumericCodes)\.res"
)


def trimmed_library(source: Path, work: Path) -> Path:
    """A copy of `source` with the kept items alone, under the same name in `work`, linked with binutils' ld."""
    symbol, start, size = _find_data(source)
    content = source.read_bytes()[start : start + size]
    work.mkdir(parents=True, exist_ok=True)
    data, assembly, thing = work / "icu.dat", work / "icu.s", work / "icu.o"
    data.write_bytes(trimmed(content))
    assembly.write_text(
        f'.section .rodata,"a",@progbits\n.balign 16\n.globl {symbol}\n.type {symbol},@object\n{symbol}:\n'
        f'.incbin "{data.name}"\n.size {symbol}, . - {symbol}\n.section .note.GNU-stack,"",@progbits\n',
        encoding="utf-8",
    )
    made = work / source.name
    subprocess.run(["as", assembly.name, "-o", thing.name], cwd=work, check=True)
    link = ["ld", "-s", "-shared", "--build-id=sha1", "-z", "noexecstack", "-soname", source.name]
    subprocess.run([*link, thing.name, "-o", made.name], cwd=work, check=True)
    return made


def trimmed(archive: bytes) -> bytes:
    """The archive with the kept items alone. Raises ValueError for one of another form."""
    header_size = struct.unpack_from("<H", archive)[0]
    if archive[2:4] != MAGIC or archive[12:16] != FORMAT:
        raise ValueError("this is no archive of ICU's data")
    body = archive[header_size:]
    items = [(name, item) for name, item in _items(body) if KEPT.fullmatch(name.partition("/")[2])]
    names, places, at = bytearray(), [], 4 + 8 * len(items)
    for name, _ in items:
        places.append(at + len(names))
        names += name.encode() + b"\0"
    out = bytearray(at) + names
    for number, (_, item) in enumerate(items):
        out += bytes(-len(out) % 16)
        struct.pack_into("<II", out, 4 + 8 * number, places[number], len(out))
        out += item
    struct.pack_into("<I", out, 0, len(items))
    return archive[:header_size] + bytes(out)


def _items(body: bytes) -> list[tuple[str, bytes]]:
    count = struct.unpack_from("<I", body)[0]
    table = [struct.unpack_from("<II", body, 4 + 8 * number) for number in range(count)]
    ends = [start for _, start in table[1:]] + [len(body)]
    return [
        (body[name : body.index(b"\0", name)].decode(), body[start:end])
        for (name, start), end in zip(table, ends, strict=True)
    ]


def _find_data(library: Path) -> tuple[str, int, int]:
    """(symbol, its place in the file, its size in bytes). ICU's library holds nothing else, and lies as it is loaded."""
    told = subprocess.run(["readelf", "-sW", "--dyn-syms", str(library)], capture_output=True, text=True, check=True)
    found = re.search(
        r"([0-9a-f]+)\s+(0x[0-9a-f]+|\d+)\s+OBJECT\s+GLOBAL\s+DEFAULT\s+\d+\s+(icudt\d+_dat)", told.stdout
    )
    if found is None:
        raise ValueError(f"{library.name} does not hold ICU's data as it used to")
    return found[3], int(found[1], 16), int(found[2], 0)

"""Mutate ELF files, synthetic ones and those of real extension modules, and read them.

Whatever is done to a file, reading it gives an image or a fault: no exception, not more than two seconds of
processor time, not more than 256 MiB. `scripts/prove elf_fuzz --mutations 100000` prints what became of how many.
"""

import argparse
import resource
import signal
import struct
import sys
import sysconfig
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from driftguard.environment.native import elf, image, symbols, x86
from driftguard.environment.native.elf import ElfError
from tests.environment.native.elf_files import DATA, RODATA, Code, Constants, build, static_type

SECONDS = 2.0
MEMORY = 256 << 20
NAMES = ("numpy.ndarray", "greenlet.greenlet", "numpy.dtype")
_EXPORTS = frozenset({"PyErr_Format", "PyUnicode_New"})
_LARGEST, _MOST = 1 << 20, 12
_ODD = (
    0,
    1,
    2,
    3,
    0x7F,
    0x80,
    0xFF,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    (1 << 63) - 1,
    1 << 63,
    (1 << 64) - 1,
)


class Seed(NamedTuple):
    """A file to begin with, and where its structures lie: offset and length."""

    name: str
    data: bytes
    places: dict[str, tuple[int, int]]


class Outcome(NamedTuple):
    """What became of one kind of mutation."""

    images: int = 0
    faults: int = 0
    damaged: int = 0
    slowest: float = 0.0


class Failure(NamedTuple):
    """A mutation that broke the contract; `number` makes it again."""

    number: int
    kind: str
    file: str
    what: str


def seeds(folders: Sequence[Path] = ()) -> list[Seed]:
    """Return the files to begin with: ours, and some extension modules of our environment and of `folders`."""
    found = [_seed(name, data) for name, data in _synthetic().items()]
    return found + [_seed(path.name, path.read_bytes()) for path in _real(folders)]


def _synthetic() -> dict[str, bytes]:
    constants, code = Constants(), Code()
    numpy, dtype, full = (constants.add(one) for one in (b"numpy", b"dtype", b"numpy.ndarray"))
    for text in (
        b"size changed, may indicate binary incompatibility",
        b"compiled against ABI version 0x%",
        b"module compiled against API version 0x%",
        b"libxml2\x0021406",
        b"_ARRAY_API\0numpy.core.multiarray",
    ):
        constants.add(text)
    code.lea(5, numpy).copy(x86.RDI, 5).call().raw("90" * 90)
    code.constant(x86.RCX, 96).lea(x86.RDX, dtype).copy(x86.RSI, 5).call()
    said = {
        "needed": ("libc.so.6", "libm.so.6"),
        "soname": "one.so",
        "runpath": "$ORIGIN",
        "wants": {"libc.so.6": ("GLIBC_2.17", "GLIBC_2.34"), "libm.so.6": ("GLIBC_2.29",)},
        "defines": ("ONE_1", "ONE_2"),
        "undefined": ("PyErr_Format", "PyErr_Gone", "malloc"),
        "weak": ("__gmon_start__",),
        "defined": ("PyInit_one", "one"),
        "rodata": constants.data,
        "text": code.data + bytes(200),
        "data": static_type(full, 96),
        "relocations": ((DATA + 24, full),),
    }
    assert full > RODATA
    return {
        "64 bits, little": build(**said),
        "64 bits, packed relocations": build(**said, packed=True),
        "64 bits, aarch64, no sections": build(**said, machine=183, sections=False),
        "64 bits, big": build(**{**said, "relocations": ()}, machine=22, little=False, hashed="sysv"),
        "32 bits, little": build(**{**said, "relocations": ()}, machine=3, bits=32),
        "32 bits, big": build(**{**said, "relocations": ()}, machine=20, bits=32, little=False, hashed=""),
    }


def _real(folders: Sequence[Path]) -> list[Path]:
    chosen: list[Path] = []
    for folder in (Path(sysconfig.get_path("platlib")), *folders):
        files = sorted(one for one in folder.rglob("*.so") if one.stat().st_size <= _LARGEST)
        chosen += files[:: max(1, len(files) // _MOST)][:_MOST]
    return chosen


def _seed(name: str, data: bytes) -> Seed:
    with tempfile.NamedTemporaryFile() as stream:
        stream.write(data)
        stream.flush()
        with elf.open(stream.name) as file:
            places = {"header": (0, 64), "program headers": (64 if file.bits == 64 else 52, 56 * 8)}
            if file.sections():
                table = (
                    struct.unpack_from(("<" if file.little else ">") + "Q", data, 40)[0]
                    if file.bits == 64
                    else 0
                )
                if table:
                    places["section headers"] = (table, len(data) - table)
            for tag, address in file.tags.items():
                if tag in (4, 5, 6, 7, 36) or tag > 0x6FFF0000:
                    try:
                        places[f"table {tag:#x}"] = (file.offset(address), 512)
                    except ElfError:
                        continue
            if file._dynamic:
                places["dynamic section"] = (file.offset(file._dynamic[0]), file._dynamic[1])
            text = max(file.text(), key=lambda one: one.end - one.start)
            places["code"] = (text.start, text.end - text.start)
    return Seed(name, data, places)


Mutation = Callable[[Random, Seed, Sequence[Seed]], bytearray]


def _bits(random: Random, seed: Seed, _: Sequence[Seed]) -> bytearray:
    data = bytearray(seed.data)
    reach = random.choice((64, 1024, 8192, len(data)))
    for _flip in range(random.choice((1, 1, 2, 8, 64))):
        data[random.randrange(min(reach, len(data)))] ^= 1 << random.randrange(8)
    return data


def _cut(random: Random, seed: Seed, _: Sequence[Seed]) -> bytearray:
    size = len(seed.data)
    kept = random.choice(
        (random.randrange(size), random.randrange(min(size, 600)), size - random.randrange(300))
    )
    return bytearray(seed.data[:kept])


def _splice(random: Random, seed: Seed, others: Sequence[Seed]) -> bytearray:
    data, other = bytearray(seed.data), random.choice(others).data
    at, start = random.randrange(len(data)), random.randrange(len(other))
    piece = other[start : start + random.choice((4, 16, 256, 4096))]
    gone = random.choice((0, len(piece), len(piece) * 2))
    data[at : at + gone] = piece
    return data


def _fields(random: Random, seed: Seed, _: Sequence[Seed]) -> bytearray:
    """Write odd numbers over the fields of some structure: counts, sizes, offsets, links of chains."""
    data = bytearray(seed.data)
    for _field in range(random.choice((1, 1, 2, 3, 8))):
        start, length = seed.places[random.choice(list(seed.places))]
        width = random.choice((2, 4, 8))
        at = min(start + random.randrange(0, max(2, length), 2), len(data) - width)
        value = random.choice(
            (*_ODD, len(data), at, start, random.randrange(1 << 16), random.getrandbits(64))
        )
        order = random.choice(("little", "little", "big"))
        data[at : at + width] = (value & ((1 << 8 * width) - 1)).to_bytes(width, order)  # type: ignore[arg-type]
    return data


def _chains(random: Random, seed: Seed, _: Sequence[Seed]) -> bytearray:
    """Make tables long: fill them with small numbers, so that links lead on and on through the same bytes."""
    data = bytearray(seed.data)
    tables = [name for name in seed.places if name.startswith("table")] or ["header"]
    start, length = seed.places[random.choice(tables)]
    filling = random.choice(
        (b"\x01\0\0\0", b"\x04\0\0\0", b"\x10\0\0\0", b"\xff\xff\0\0", b"\0\0\0\x01", b"\x02\0")
    )
    many = random.choice((length, len(data) - start))
    data[start : start + many] = (filling * (many // len(filling) + 1))[:many]
    return data


def _code(random: Random, seed: Seed, _: Sequence[Seed]) -> bytearray:
    """Put instructions over the code: those that are looked for, again and again, and broken ones."""
    data = bytearray(seed.data)
    start, length = seed.places["code"]
    pieces = (
        "488d15",
        "488d2d",
        "b960000000",
        "e8",
        "4889ee",
        "0f84",
        "66662e0f1f84",
        "c4e2",
        "7405",
        "eb00",
        "f0f3",
    )
    piece = b"".join(
        bytes.fromhex(random.choice(pieces)) + random.randbytes(random.choice((0, 1, 4))) for _ in range(6)
    )
    many = random.choice((64, 1024, length))
    at = start + random.randrange(max(1, length - many + 1))
    data[at : at + many] = (piece * (many // len(piece) + 1))[:many]
    return data


MUTATIONS: dict[str, Mutation] = {
    "bit flips": _bits,
    "truncation": _cut,
    "splices": _splice,
    "odd fields": _fields,
    "long chains": _chains,
    "code": _code,
}


def run(numbers: Iterable[int], seed: int, files: Sequence[Seed]) -> tuple[dict[str, Outcome], list[Failure]]:
    """Make the mutations of these numbers and read each; the same numbers and seed make the same files."""
    outcomes, failures = {kind: Outcome() for kind in MUTATIONS}, []
    before = signal.signal(signal.SIGVTALRM, _too_long)
    folder = "/dev/shm" if Path("/dev/shm").is_dir() else None
    try:
        with tempfile.TemporaryDirectory(prefix="elf-fuzz-", dir=folder) as name:
            for number in numbers:
                kind, file, data = mutated(number, seed, files)
                # Never in place: a file that shrinks while it is mapped is another matter.
                path = Path(name) / f"{number}.so"
                path.write_bytes(data)
                outcomes[kind], what = _read(path, outcomes[kind])
                path.unlink()
                if what:
                    failures.append(Failure(number, kind, file, what))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return outcomes, failures


def mutated(number: int, seed: int, files: Sequence[Seed]) -> tuple[str, str, bytes]:
    """Return kind, name of the file it began with, and bytes of mutation `number`."""
    random = Random(f"{seed} {number}")
    kind = random.choice(list(MUTATIONS))
    chosen = random.choice(files)
    data = MUTATIONS[kind](random, chosen, files)
    if not random.randrange(4):  # a second one on top
        second = MUTATIONS[random.choice(list(MUTATIONS))]
        data = second(random, chosen._replace(data=bytes(data) or b"\0"), files)
    return kind, chosen.name, bytes(data)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"more than {SECONDS} s")


def _read(path: Path, outcome: Outcome) -> tuple[Outcome, str]:
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    begun = time.process_time()
    try:
        found = image.read(str(path), distribution="one", module="numpy.one", tag="", exports=_EXPORTS)
        image.provided(str(path), NAMES)
        damaged = _has_damaged_symbols(path) if not found.fault else False
        what = ""
    except BaseException as error:  # which one, is what is told
        if isinstance(error, KeyboardInterrupt):
            raise
        return outcome, "".join(traceback.format_exception(error, limit=-3))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return Outcome(
        outcome.images + (not found.fault),
        outcome.faults + bool(found.fault),
        outcome.damaged + damaged,
        max(outcome.slowest, time.process_time() - begun),
    ), what


def _has_damaged_symbols(path: Path) -> bool:
    """Read all symbols, as it is done for interpreters; say whether that ended in ElfError."""
    with elf.open(path) as file:
        try:
            symbols.read(file)
        except ElfError:
            return True
    return False


def table(outcomes: dict[str, Outcome]) -> str:
    """Return what became of the mutations as text."""
    lines = [f"{'mutation':12} {'images':>8} {'faults':>8} {'symbols':>8} {'slowest':>9}"]
    for kind, one in outcomes.items():
        lines.append(
            f"{kind:12} {one.images:8,} {one.faults:8,} {one.damaged:8,} {one.slowest * 1000:6.0f} ms"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Run the mutations, print the table; 1 when one broke the contract."""
    parser = argparse.ArgumentParser(prog="elf_fuzz", description=__doc__)
    parser.add_argument("--mutations", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--modules", type=Path, action="append", default=[], help="a folder of modules to mutate"
    )
    parser.add_argument("--only", type=int, help="make this one mutation, and leave the file here")
    options = parser.parse_args(arguments)
    files = seeds(options.modules)
    if options.only is not None:
        kind, file, data = mutated(options.only, options.seed, files)
        Path("mutated.so").write_bytes(data)
        print(f"mutated.so: {kind} of {file}")
        return 0
    outcomes, failures = run(range(options.mutations), options.seed, files)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(table(outcomes))
    print(
        f"{options.mutations:,} mutations of {len(files)} files, peak memory {peak >> 20} MiB: {len(failures)} failures"
    )
    counted = Counter(one.what for one in failures)
    for what, count in counted.most_common(5):
        first = next(one for one in failures if one.what == what)
        print(f"\n{count} times, first --only {first.number} ({first.kind} of {first.file}):\n{what}")
    return 1 if failures or peak > MEMORY else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

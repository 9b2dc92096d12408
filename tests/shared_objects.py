"""Make the smallest ELF files that a loader would map, with the constants that a compiler would have left."""

import platform
import struct

MACHINES = {"x86_64": 62, "aarch64": 183}
IMPORT_ARRAY = "module compiled against ABI version 0x%x but this version of numpy is 0x%x"
_HEADER, _SEGMENT = "<16sHHIQQQIHHHHHH", "<IIQQQQQQ"
_DT_STRTAB, _DT_STRSZ, _DT_NEEDED, _DT_RUNPATH = 5, 10, 1, 29


def shared_object(*texts: str, needed: tuple[str, ...] = (), runpath: str = "") -> bytes:
    """Return a shared object of this machine whose constants are `texts`."""
    names = b"\0" + b"".join(f"{one}\0".encode() for one in (*texts, *needed, runpath))
    names += b"\0" * (-len(names) % 8)

    def at(name: str) -> int:
        return names.index(f"\0{name}\0".encode()) + 1

    start = struct.calcsize(_HEADER) + 2 * struct.calcsize(_SEGMENT)
    tags = [(_DT_STRTAB, start), (_DT_STRSZ, len(names)), *((_DT_NEEDED, at(one)) for one in needed)]
    tags += [(_DT_RUNPATH, at(runpath))] if runpath else []
    dynamic = b"".join(struct.pack("<QQ", *tag) for tag in (*tags, (0, 0)))
    size = start + len(names) + len(dynamic)
    machine = MACHINES[platform.machine()]
    header = struct.pack(_HEADER, b"\x7fELF\2\1\1", 3, machine, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    loaded = struct.pack(_SEGMENT, 1, 4, 0, 0, 0, size, size, 4096)
    where = start + len(names)
    linked = struct.pack(_SEGMENT, 2, 4, where, where, where, len(dynamic), len(dynamic), 8)
    return header + loaded + linked + names + dynamic


def numpy_module(*, abi: int, feature: str) -> bytes:
    """Return a module that calls NumPy's `import_array()`, built with headers of that ABI generation."""
    place = "numpy._core._multiarray_umath" if abi == 2 else "numpy.core._multiarray_umath"
    wanted = f"module was compiled against NumPy C-API version 0x%x (NumPy {feature})"
    return shared_object(IMPORT_ARRAY, place, wanted)


def numpy_header(*, abi: int, api: int) -> bytes:
    """Return the `_numpyconfig.h` of a NumPy."""
    number = {1: 0x01000009, 2: 0x02000000}[abi]
    return f"#define NPY_ABI_VERSION {number:#010x}\n#define NPY_API_VERSION {api:#010x}\n".encode()

"""What one file says of NumPy, of foreign types, of the interpreter and of libxml2."""

import struct
from pathlib import Path
from typing import Any

import pytest

from driftguard.binary import NumpyStyle, NumpyUse, ProvidedType
from driftguard.environment.native import image, numpy_api, x86
from tests.environment.native.elf_files import (
    DATA,
    TEXT,
    Code,
    Constants,
    build,
    static_type,
    type_spec,
    write,
)

RBX, RBP, R12, R8 = 3, 5, 12, 8
ABI_MESSAGE = b"module compiled against ABI version 0x%x but this version of numpy is 0x%x"
OLD_FEATURE = b"module compiled against API version 0x%x but this version of numpy is 0x%x"
NEW_FEATURE = (
    b"module was compiled against NumPy C-API version 0x%x (NumPy 1.23) but the running NumPy has 0x%x"
)
CHECK = b"%.200s.%.200s size changed, may indicate binary incompatibility. Expected %zd from C header"


def read(
    folder: Path, *, exports: frozenset[str] | None = None, module: str = "pkg.mod", **fields: Any
) -> Any:
    fields = {"undefined": ("PyErr_Format",), **fields}
    path = write(folder, **fields)
    return image.read(path, distribution="pkg", module=module, tag="abi3", exports=exports)


def of_constants(folder: Path, *texts: bytes, **fields: Any) -> Any:
    return read(folder, rodata=b"\0" + b"\0".join(texts) + b"\0", **fields)


NUMPY_1 = b"numpy.core._multiarray_umath"
MISSING = b"_ARRAY_API not found"
UNASKED = b"(auto-generated because you didn't call 'numpy.import_array()' after cimporting numpy"
NUMPY_2 = b"numpy._core._multiarray_umath"


@pytest.mark.parametrize(
    ("texts", "use"),
    [
        ((ABI_MESSAGE, NEW_FEATURE, NUMPY_1), NumpyUse(NumpyStyle.IMPORT_ARRAY, 1, "1.23", silent=True)),
        ((ABI_MESSAGE, NEW_FEATURE, NUMPY_1, NUMPY_2), NumpyUse(NumpyStyle.IMPORT_ARRAY, 2, "1.23", silent=True)),
        ((ABI_MESSAGE, NUMPY_1, MISSING), NumpyUse(NumpyStyle.IMPORT_ARRAY, 1)),
        ((ABI_MESSAGE, NUMPY_1, MISSING, UNASKED), NumpyUse(NumpyStyle.IMPORT_ARRAY, 1, early=True)),
        ((ABI_MESSAGE, OLD_FEATURE, NUMPY_1), NumpyUse(NumpyStyle.IMPORT_ARRAY, 1, silent=True)),
        ((b"_ARRAY_API", b"numpy.core.multiarray"), NumpyUse(NumpyStyle.DYNAMIC)),
        ((b"_ARRAY_API", b"numpy.core.multiarray", b"__pybind11_internals_v4"), NumpyUse(NumpyStyle.DYNAMIC, old_pybind11=True)),
        ((b"_ARRAY_API", b"numpy.core.multiarray", b"numpy._core", b"__pybind11_internals_v5"), NumpyUse(NumpyStyle.DYNAMIC)),
        ((b"_ARRAY_API",), None),
        ((b"numpy.core.multiarray",), None),
        ((NEW_FEATURE,), None),
        ((), None),
    ],
)  # fmt: skip
def test_use_of_numpy_is_told_by_its_own_messages(
    tmp_path: Path, texts: tuple[bytes, ...], use: NumpyUse | None
) -> None:
    assert of_constants(tmp_path, *texts).numpy == use


def test_a_place_of_numpy_2_that_is_put_together_in_code_makes_no_old_pybind11(tmp_path: Path) -> None:
    texts = b"_ARRAY_API", b"numpy.core.multiarray", b"pybind11"
    found = of_constants(tmp_path, *texts, text=b"\x48\xb8numpy._c")
    assert found.numpy == NumpyUse(NumpyStyle.DYNAMIC)


def compares_by_code(*, feature: int, abi: int, beside: bool) -> dict[str, Any]:
    """A module with the old messages: their addresses and the constants in code, side by side or not."""
    constants, code = Constants(), Code()
    constants.add(NUMPY_1)
    about_abi, about_feature = constants.add(ABI_MESSAGE), constants.add(OLD_FEATURE)
    code.constant(x86.RDX, 0x0D)  # a constant of the same kind, with another message
    code.raw("90" * 64)
    code.constant(x86.RDX, abi).lea(x86.RSI, about_abi).call()
    code.constant(x86.RDX, feature)
    if not beside:
        code.raw("90" * 64)
    code.lea(x86.RSI, about_feature).call()
    return {"rodata": constants.data, "text": code.data}


@pytest.mark.parametrize(
    ("feature", "release"), [(0x0D, "1.16"), (0x0E, "1.20"), (0x0F, "1.22"), (0x10, "1.23"), (0x77, "")]
)
def test_the_feature_version_is_the_constant_beside_its_message(
    tmp_path: Path, feature: int, release: str
) -> None:
    found = read(tmp_path, **compares_by_code(feature=feature, abi=0x01000009, beside=True))
    assert found.numpy == NumpyUse(NumpyStyle.IMPORT_ARRAY, 1, release, silent=True)


def test_a_constant_that_is_not_beside_the_message_is_none_of_it(tmp_path: Path) -> None:
    found = read(tmp_path, **compares_by_code(feature=0x0E, abi=0x01000009, beside=False))
    assert found.numpy == NumpyUse(NumpyStyle.IMPORT_ARRAY, 1, "", silent=True)


def test_the_feature_version_is_found_without_that_of_the_abi(tmp_path: Path) -> None:
    found = read(tmp_path, **compares_by_code(feature=0x0E, abi=0x01000042, beside=True))
    assert found.numpy.feature == "1.20"


def test_the_feature_version_is_read_on_aarch64(tmp_path: Path) -> None:
    constants = Constants()
    constants.add(NUMPY_1)
    constants.add(ABI_MESSAGE)
    message = constants.add(OLD_FEATURE)
    pages = (message >> 12) - (TEXT >> 12)
    adrp = 0x90000000 | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5 | 1
    add = 0x91000000 | (message & 0xFFF) << 10 | 1 << 5 | 1
    text = struct.pack("<IIII", 0xD503201F, adrp, add, 0x52800002 | 0x0E << 5)
    found = read(tmp_path, rodata=constants.data, text=text, machine=183)
    assert found.numpy == NumpyUse(NumpyStyle.IMPORT_ARRAY, 1, "1.20", silent=True)


def imports_numpy(code: Code, numpy: int, *, register: int | None = None) -> None:
    """`PyImport_ImportModule("numpy")`, the address kept in a register or not."""
    if register is None:
        code.lea(x86.RDI, numpy).call()
    else:
        code.lea(register, numpy).copy(x86.RDI, register).call()
    code.copy(RBX, 0).raw("4885c0 0f84 00100000")  # mov rbx, rax; test rax, rax; je far


def checks(code: Code, name: int, size: int, module: int | None, *, register: int | None = None) -> None:
    """`__Pyx_ImportType(module, "numpy", name, size, …)` as GCC writes it."""
    code.constant(R8, 1).lea(x86.RDX, name).constant(x86.RCX, size)
    if register is None:
        assert module is not None
        code.lea(x86.RSI, module)
    else:
        code.copy(x86.RSI, register)
    code.copy(x86.RDI, RBX).call()


def sizes(folder: Path, constants: Constants, code: Code, **fields: Any) -> list[tuple[str, int]]:
    constants.add(CHECK)
    found = read(folder, rodata=constants.data, text=code.data + bytes(8192), **fields)
    return [(str(one), one.size) for one in found.sizes]


def test_an_expected_size_is_the_argument_of_the_check(tmp_path: Path) -> None:
    constants, code = Constants(), Code()
    numpy, dtype = constants.add(b"numpy"), constants.add(b"dtype")
    imports_numpy(code, numpy)
    checks(code, dtype, 96, numpy)
    assert sizes(tmp_path, constants, code) == [("numpy.dtype", 96)]


def test_a_module_kept_in_a_register_is_followed(tmp_path: Path) -> None:
    constants, code = Constants(), Code()
    numpy, other = constants.add(b"numpy"), constants.add(b"greenlet")
    names = [constants.add(name) for name in (b"dtype", b"ndarray", b"greenlet")]
    for register in (RBP, R12):
        imports_numpy(code, numpy, register=register)
        code.raw("90" * 200)
        checks(code, names[0], 96, None, register=register)
        code.raw("488905 00000000 4885c0 0f84 00100000")  # mov [rip], rax; test rax, rax; je far
        checks(code, names[1], 88, None, register=register)
    imports_numpy(code, other, register=RBP)
    checks(code, names[2], 152, None, register=RBP)
    found = sizes(tmp_path, constants, code)
    assert found == [("greenlet.greenlet", 152), ("numpy.dtype", 96), ("numpy.ndarray", 88)]


def test_an_error_path_in_between_does_not_hide_the_module(tmp_path: Path) -> None:
    constants, code = Constants(), Code()
    numpy, dtype = constants.add(b"numpy"), constants.add(b"dtype")
    imports_numpy(code, numpy, register=RBP)
    code.raw("7507 31ed e9 00100000")  # jne +7; xor ebp, ebp; jmp far
    code.raw("90" * 100)
    checks(code, dtype, 96, None, register=RBP)
    assert sizes(tmp_path, constants, code) == [("numpy.dtype", 96)]


@pytest.mark.parametrize(
    "between",
    [
        "31ed" + "90" * 100,  # xor ebp, ebp
        "5d" + "90" * 100,  # pop rbp
        "c3" + "90" * 100,  # ret: what follows is reached from elsewhere
        "7402 31ed" + "90" * 100,  # je +2; xor ebp, ebp: two ways, two values
        "0f0a" + "90" * 100,  # no instruction that we know
    ],
)
def test_a_register_that_may_hold_something_else_names_no_module(tmp_path: Path, between: str) -> None:
    constants, code = Constants(), Code()
    numpy, dtype = constants.add(b"numpy"), constants.add(b"dtype")
    imports_numpy(code, numpy, register=RBP)
    code.raw(between)
    checks(code, dtype, 96, None, register=RBP)
    assert sizes(tmp_path, constants, code) == [("dtype", 96)]


def test_a_register_whose_address_was_not_imported_names_no_module(tmp_path: Path) -> None:
    constants, code = Constants(), Code()
    numpy, dtype = constants.add(b"numpy"), constants.add(b"dtype")
    code.lea(RBP, numpy).call().raw("90" * 100)
    checks(code, dtype, 96, None, register=RBP)
    assert sizes(tmp_path, constants, code) == [("dtype", 96)]


@pytest.mark.parametrize("size", [8, 15, 100, 1 << 16, 1 << 24])
def test_a_constant_that_can_be_no_size_is_none(tmp_path: Path, size: int) -> None:
    constants, code = Constants(), Code()
    numpy, dtype = constants.add(b"numpy"), constants.add(b"dtype")
    checks(code, dtype, size, numpy)
    assert sizes(tmp_path, constants, code) == []


@pytest.mark.parametrize("module", [b"builtins", b"__builtin__", b"datetime"])
def test_types_of_the_interpreter_are_left_out(tmp_path: Path, module: bytes) -> None:
    constants, code = Constants(), Code()
    checks(code, constants.add(b"type"), 904, constants.add(module))
    assert sizes(tmp_path, constants, code) == []


def test_bytes_that_look_like_a_call_in_a_displacement_are_none(tmp_path: Path) -> None:
    """`e8` within `lea`, on which the nearest constant before a call would be another call's."""
    constants, code = Constants(), Code()
    numpy = constants.add(b"numpy")
    ndarray, broadcast = constants.add(b"ndarray"), constants.add(b"broadcast")
    checks(code, broadcast, 560, numpy)
    code.constant(x86.RCX, 80)
    code.raw("4c8d05 e8000000")  # lea r8, [rip + 0xe8]
    code.lea(x86.RDX, ndarray).lea(x86.RSI, numpy).copy(x86.RDI, RBX).call()
    assert sizes(tmp_path, constants, code) == [("numpy.broadcast", 560), ("numpy.ndarray", 80)]


def test_a_constant_that_is_part_of_another_instruction_is_none(tmp_path: Path) -> None:
    """`mov rax, imm64` whose bytes hold `mov ecx, 96`, just where the looking back begins."""
    constants, code = Constants(), Code()
    numpy, dtype = constants.add(b"numpy"), constants.add(b"dtype")
    code.raw("48b8 b960000000 909090" + "90" * 56)
    code.lea(x86.RDX, dtype).lea(x86.RSI, numpy).copy(x86.RDI, RBX).call()
    assert sizes(tmp_path, constants, code) == []


def test_a_module_without_the_message_checks_nothing(tmp_path: Path) -> None:
    constants, code = Constants(), Code()
    checks(code, constants.add(b"dtype"), 96, constants.add(b"numpy"))
    assert read(tmp_path, rodata=constants.data, text=code.data).sizes == ()


def test_sizes_are_read_on_x86_64_only(tmp_path: Path) -> None:
    constants, code = Constants(), Code()
    checks(code, constants.add(b"dtype"), 96, constants.add(b"numpy"))
    assert sizes(tmp_path, constants, code, machine=183) == []


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("machine", [62, 183])
@pytest.mark.parametrize("written", [static_type, type_spec])
def test_the_size_of_a_type_lies_behind_the_relocation_of_its_name(
    tmp_path: Path, packed: bool, machine: int, written: Any
) -> None:
    constants = Constants()
    name = constants.add(b"numpy.ndarray")
    data = written(name, 96, 8)
    place = DATA + data.index(struct.pack("<Q", name))
    path = write(
        tmp_path,
        machine=machine,
        rodata=constants.data,
        data=data,
        relocations=[(place, name)],
        packed=packed,
        undefined=("PyType_Ready",),
    )
    assert image.provided(path, ["numpy.ndarray", "numpy.dtype"]) == {
        "numpy.ndarray": (ProvidedType(96, 8, path),)
    }


@pytest.mark.parametrize(
    ("data", "moved"),
    [
        (lambda name: static_type(name, 8), ()),
        (lambda name: static_type(name, 97), ()),
        (lambda name: static_type(name, 1 << 20), ()),
        (lambda name: static_type(name, 96, -1), ()),
        (lambda name: static_type(name, 96, ob_size=1), ()),
        (lambda name: static_type(name, 96), (32,)),  # the loader writes there: a pointer
        (lambda name: type_spec(name, 0), ()),
        (lambda name: type_spec(name, 96, flags=0), ()),
    ],
)
def test_what_is_no_type_has_no_size(tmp_path: Path, data: Any, moved: tuple[int, ...]) -> None:
    constants = Constants()
    name = constants.add(b"numpy.ndarray")
    content = data(name)
    places = [(DATA + content.index(struct.pack("<Q", name)), name)]
    places += [(DATA + at, TEXT) for at in moved]
    path = write(
        tmp_path, rodata=constants.data, data=content, relocations=places, undefined=("PyType_Ready",)
    )
    assert image.provided(path, ["numpy.ndarray"]) == {}


def test_a_provider_that_cannot_be_read_provides_nothing(tmp_path: Path) -> None:
    assert image.provided(str(tmp_path / "gone.so"), ["numpy.ndarray"]) == {}


EXPORTS = frozenset({"PyErr_Format", "PyUnicode_New", "Py_None", "PyInit__io"})


@pytest.mark.parametrize(
    ("undefined", "weak", "unresolved"),
    [
        (("PyErr_Format", "malloc"), (), ()),
        (("_PyUnicode_Ready", "PyErr_Format", "PyErr_Gone"), (), ("PyErr_Gone", "_PyUnicode_Ready")),
        (("_Py_DecRefShared",), (), ("_Py_DecRefShared",)),
        (("PyString_FromString",), (), ("PyString_FromString",)),  # a family that is gone
        (("PyAIter_Check",), (), ("PyAIter_Check",)),  # one that came later
        ((), ("PyUnicode_Weak",), ()),
        (("PyArray_Type", "PyUFunc_API", "PyImaging_New", "_PyGreenlet_API"), (), ()),
        (("PyInit_json", "PySide_x", "PythonFoo"), (), ()),
    ],
)
def test_symbols_that_the_interpreter_lacks(
    tmp_path: Path, undefined: tuple[str, ...], weak: tuple[str, ...], unresolved: tuple[str, ...]
) -> None:
    found = read(tmp_path, exports=EXPORTS, undefined=undefined, weak=weak)
    assert found.unresolved == unresolved
    assert read(tmp_path, exports=None, undefined=undefined, weak=weak).unresolved == ()


@pytest.mark.parametrize(
    ("texts", "version"),
    [
        ((b"libxml2: out of memory", b"21406"), "21406"),
        ((b"libxml2: out of memory", b"20912"), "20912"),
        ((b"libxml2: out of memory", b"27282", b"2140", b"214066", b"x21406"), ""),
        ((b"libxml2: out of memory", b"21406", b"21206"), ""),
        ((b"21406",), ""),
    ],
)
def test_the_version_of_libxml2_is_told_if_there_is_one(
    tmp_path: Path, texts: tuple[bytes, ...], version: str
) -> None:
    assert of_constants(tmp_path, *texts).libxml2 == version


def test_the_cpu_that_numpy_was_built_for_is_told_by_its_message(tmp_path: Path) -> None:
    text = b"NumPy was built with baseline optimizations: \n(X86_V2) but your machine doesn't support:\n(%s)."
    assert of_constants(tmp_path, text, module="numpy._core._multiarray_umath").cpu_baseline == "X86_V2"
    assert of_constants(tmp_path, text, module="pkg.mod").cpu_baseline == ""


def test_a_library_that_does_not_call_python_is_not_searched(tmp_path: Path) -> None:
    found = of_constants(tmp_path, ABI_MESSAGE, undefined=("malloc",), soname="libx.so.1")
    assert (found.numpy, found.soname, found.machine) == (None, "libx.so.1", "x86_64")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "is empty"),
        (b"version https://git-lfs.example/spec/v1", "is not an ELF file: it begins with 'version https://'"),
        (build()[:200], "is truncated: its program headers end at 400 of 200 bytes"),
    ],
)
def test_a_broken_file_is_an_image_with_a_fault(tmp_path: Path, data: bytes, fault: str) -> None:
    path = tmp_path / "one.so"
    path.write_bytes(data)
    found = image.read(str(path), distribution="pkg", module="pkg.one", tag="", exports=EXPORTS)
    assert found.fault == fault
    assert found._replace(fault="") == type(found)(str(path), "pkg", "pkg.one")


@pytest.mark.parametrize("name", ["gone.so", "with\0nul.so", "."])
def test_what_cannot_be_opened_is_a_fault(tmp_path: Path, name: str) -> None:
    found = image.read(f"{tmp_path}/{name}", distribution="pkg", module="", tag="", exports=None)
    assert found.fault.startswith(("cannot be read: ", "is not a regular file"))


HEADER = "#define NPY_HAVE_ENDIAN_H 1\n#define NPY_ABI_VERSION {}\n#define NPY_API_VERSION {}\n"


@pytest.mark.parametrize(
    ("inner", "text", "said"),
    [
        ("_core", HEADER.format("0x02000000", "0x00000012"), (2, 0x12)),
        ("core", HEADER.format("0x01000009", "0x0000000E"), (1, 0x0E)),
        ("core", HEADER.format("one", "0x0000000E"), None),
        ("core", "nothing of the kind", None),
        ("elsewhere", HEADER.format("0x02000000", "0x00000012"), None),
    ],
)
def test_the_numpy_that_is_installed_is_told_by_its_header(
    tmp_path: Path, inner: str, text: str, said: tuple[int, int] | None
) -> None:
    header = tmp_path / inner / "include/numpy/_numpyconfig.h"
    header.parent.mkdir(parents=True)
    header.write_text(text)
    found = numpy_api.runtime(str(tmp_path), "1.2.3")
    assert (found and (found.abi, found.api)) == said

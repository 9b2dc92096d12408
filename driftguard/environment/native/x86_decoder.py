"""Decode x86-64 instructions: how long they are and which general registers they change.

It knows what compilers put between calls, and says of everything else that it does not. Source: Intel 64 and
IA-32 Architectures Software Developer's Manual, volume 2, appendix A.
"""

from struct import Struct

PADDING = bytes(32)
"""To be put after the code that is decoded; no instruction is longer."""
_RAX_AND_RDX, _RSP_AND_RBP = 0b101, 0b110000
_PREFIXES = frozenset((0x66, 0xF2, 0xF3, 0xF0, 0x64, 0x65, 0x2E, 0x3E))

_i32 = Struct("<i").unpack_from
_u32 = Struct("<I").unpack_from

CONSTANT, ADDRESS, COPY, CHANGE, CALL, BRANCH, END = range(7)  # those that go elsewhere last
"""What an instruction does. CONSTANT: register, value. ADDRESS: register, distance from the instruction's
end. COPY: to, from. CHANGE: 0, a bit for each register. BRANCH may go on behind it, END does not: 0, the
distance of where they go, 0 where that cannot be told."""

_JUMPS = {
    **dict.fromkeys(range(0x70, 0x80), (BRANCH, 1)),
    0xC3: (END, 0),
    0xCC: (END, 0),
    0xE9: (END, 4),
    0xEB: (END, 1),
}
"""Opcode -> what it is, and the bytes of its distance."""

Step = tuple[int, int, int, int]
"""Length, what it does, and its two operands."""


def _opcodes(text: str) -> dict[int, str]:
    """Return opcode -> form from lines of `first-last form`."""
    forms = {}
    for line in text.split(","):
        span, form = line.split()
        first, _, last = span.partition("-")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            forms[code] = form
    return forms


# m: ModRM; m1, m4: with an immediate of so many bytes; 0, 1, 4: no ModRM. With g the ModRM's register is part
# of the opcode; with r nothing but flags or memory or vector registers changes.
_ONE = _opcodes(
    "00-03 m,04 1,05 4,08-0b m,0c 1,0d 4,10-13 m,14 1,15 4,18-1b m,1c 1,1d 4,20-23 m,24 1,25 4,28-2b m,2c 1,"
    "2d 4,30-33 m,34 1,35 4,38-3b mr,3c 1r,3d 4r,50-57 0r,63 m,68 4r,69 m4,6a 1r,6b m1,80 m1g,81 m4g,83 m1g,"
    "84-85 mr,86-8b m,8d m,90 0r,98-99 0,a8 1r,a9 4r,c0-c1 m1g,c6 m1g,c7 m4g,d0-d3 mg,fe mg"
)
_TWO = _opcodes(
    "0d mr,10-17 mr,18-1f mr,28-29 mr,2a mr,2b mr,2c-2d m,2e-2f mr,40-4f m,50 m,51-6f mr,70 m1r,74-76 mr,"
    "7c-7d mr,7e m,7f mr,90-9f mg,a3 mr,a4 m1,a5 m,ab m,ac m1,ad m,ae-af m,b3 m,b6-b8 m,ba m1g,bb-bf m,"
    "c0-c1 m,c2 m1r,c4 m1r,c5 m1,c6 m1r,d0-d6 mr,d7 m,d8-fe mr"
)


def step(code: bytes, at: int) -> Step | None:
    """Decode the instruction at `at`; None for one that is not known. `code` ends with PADDING."""
    byte = code[at]  # the frequent ones first
    if byte == 0xE8:
        return 5, CALL, 0, 0
    if byte == 0x48 and code[at + 1] == 0x8D and code[at + 2] & 0xC7 == 5:
        return 7, ADDRESS, code[at + 2] >> 3, _i32(code, at + 3)[0]
    if byte == 0x0F and code[at + 1] & 0xF0 == 0x80:
        return 6, BRANCH, 0, _i32(code, at + 2)[0]
    if byte & 0xF8 == 0xB8:
        return 5, CONSTANT, byte & 7, _u32(code, at + 1)[0]
    return _any_other(code, at)


def _any_other(code: bytes, at: int) -> Step | None:
    byte = code[at]
    start, wide, reg_high, rm_high, short = at, False, 0, 0, False
    while byte in _PREFIXES:
        short = short or byte == 0x66
        at += 1
        if at - start > 8:
            return None
        byte = code[at]
    if byte & 0xF0 == 0x40:
        wide, reg_high, rm_high = bool(byte & 8), byte << 1 & 8, byte << 3 & 8
        at += 1
        byte = code[at]
    at += 1
    form = _ONE.get(byte)
    if form is None:
        return _special(code, start, at, byte, reg_high, rm_high, wide=wide, short=short)
    if short and "4" in form:
        return None
    if form[0] != "m":
        return at + int(form[0]) - start, CHANGE, 0, 0 if form[-1] == "r" else _RAX_AND_RDX
    return _with_modrm(code, start, at, byte, form, reg_high, rm_high, wide=wide)


def _special(
    code: bytes, start: int, at: int, byte: int, reg_high: int, rm_high: int, *, wide: bool, short: bool
) -> Step | None:
    """Decode what does not follow from a form: constants, jumps, groups, two bytes."""
    if byte == 0x0F:
        return _two_bytes(code, start, at, reg_high, rm_high)
    if byte in (0xF6, 0xF7, 0xFF):
        return None if short and byte == 0xF7 else _group(code, start, at, byte, rm_high)
    simple = _without_modrm(code, start, at, byte, rm_high, wide=wide)
    return None if short and simple and simple[1] == CONSTANT else simple


def _without_modrm(code: bytes, start: int, at: int, byte: int, rm_high: int, *, wide: bool) -> Step | None:
    if byte in _JUMPS:
        kind, width = _JUMPS[byte]
        distance = int.from_bytes(code[at : at + width], "little", signed=True)
        return at + width - start, kind, 0, distance
    register = byte & 7 | rm_high
    changed = 1 << register
    if 0xB8 <= byte <= 0xBF:
        constant = at + 4 - start, CONSTANT, register, _u32(code, at)[0]
        return (at + 8 - start, CHANGE, 0, changed) if wide else constant
    if 0xB0 <= byte <= 0xB7:
        return at + 1 - start, CHANGE, 0, _with_high_bytes(changed)
    if 0x91 <= byte <= 0x97:
        changed |= 1
    elif byte == 0xC9:
        changed = _RSP_AND_RBP
    elif not 0x58 <= byte <= 0x5F:
        return None
    return at - start, CHANGE, 0, changed


def _with_modrm(
    code: bytes, start: int, at: int, byte: int, form: str, reg_high: int, rm_high: int, *, wide: bool
) -> Step:
    modrm = code[at]
    direct = modrm >= 0xC0
    reg, rm = modrm >> 3 & 7 | reg_high, modrm & 7 | rm_high
    end = at + _modrm_length(code, at)
    length = end + (int(form[1]) if form[1:2].isdigit() else 0) - start
    if byte == 0x8D and modrm & 0xC7 == 5 and wide:
        return length, ADDRESS, reg, _i32(code, at + 1)[0]
    if byte in (0x89, 0x8B) and direct and wide:
        return (length, COPY, rm, reg) if byte == 0x89 else (length, COPY, reg, rm)
    if byte in (0x31, 0x33) and direct and reg == rm:
        return length, CONSTANT, reg, 0
    if byte == 0xC7 and direct and not modrm & 0x38:
        return length, CONSTANT, rm, _u32(code, end)[0]
    if byte == 0x89 and not direct:
        return length, CHANGE, 0, 0
    changed = _changed(form, direct, reg, rm)
    return length, CHANGE, 0, changed if byte & 1 else _with_high_bytes(changed)


def _changed(form: str, direct: bool, reg: int, rm: int) -> int:  # noqa: FBT001
    """Return the registers that an instruction of this form may change: rather one too many."""
    if form[-1] == "r":
        return 0
    operand = 1 << rm if direct else 0
    return operand if form[-1] == "g" else operand | 1 << reg


def _with_high_bytes(changed: int) -> int:
    """Add the registers that instructions on bytes may mean instead: number 4 is `spl` or `ah`."""
    return changed | changed >> 4 & 0b1111


def _two_bytes(code: bytes, start: int, at: int, reg_high: int, rm_high: int) -> Step | None:
    byte = code[at]
    at += 1
    if 0x80 <= byte <= 0x8F:
        return at + 4 - start, BRANCH, 0, _i32(code, at)[0]
    if byte == 0x0B:
        return at - start, END, 0, 0
    if 0xC8 <= byte <= 0xCF:
        return at - start, CHANGE, 0, 1 << (byte & 7 | rm_high)
    if byte in (0x38, 0x3A):
        form = "m" if byte == 0x38 else "m1"
        at += 1
    elif byte in _TWO:
        form = _TWO[byte]
    else:
        return None
    modrm = code[at]
    length = at + _modrm_length(code, at) + ("1" in form) - start
    changed = _changed(form, modrm >= 0xC0, modrm >> 3 & 7 | reg_high, modrm & 7 | rm_high)
    return length, CHANGE, 0, _with_high_bytes(changed) if byte & 0xF0 == 0x90 else changed


def _group(code: bytes, start: int, at: int, byte: int, rm_high: int) -> Step | None:
    """Decode the opcodes whose ModRM decides what they do: test to idiv (f6, f7), inc to push (ff)."""
    modrm = code[at]
    kind = modrm >> 3 & 7
    length = at + _modrm_length(code, at) - start
    operand = 1 << (modrm & 7 | rm_high) if modrm >= 0xC0 else 0
    if byte != 0xF7:
        operand = _with_high_bytes(operand)
    if byte == 0xFF:
        return {
            0: (length, CHANGE, 0, operand),
            1: (length, CHANGE, 0, operand),
            2: (length, CALL, 0, 0),
            4: (length, END, 0, 0),
            6: (length, CHANGE, 0, 0),
        }.get(kind)
    if kind < 2:
        return length + (1 if byte == 0xF6 else 4), CHANGE, 0, 0
    return length, CHANGE, 0, operand | (_RAX_AND_RDX if kind > 3 else 0)


def _modrm_length(code: bytes, at: int) -> int:
    """Return the bytes of ModRM, SIB and displacement."""
    modrm = code[at]
    mode, rm = modrm >> 6, modrm & 7
    if mode == 3:
        return 1
    sib = rm == 4
    far = mode == 2 or (mode == 0 and (rm == 5 or (sib and code[at + 1] & 7 == 5)))
    return 1 + sib + (4 if far else mode)

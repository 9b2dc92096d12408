"""Follow constants through x86-64 code to the calls that take them, in the System V calling convention.

This takes straight lines only, and the ways that branch off and come back: at an instruction that is not
known, nothing is said at all. An answer is what the registers hold, not a guess from the bytes around.
"""

from collections.abc import Iterator
from functools import cache

from driftguard.environment.native.x86_decoder import (
    ADDRESS,
    BRANCH,
    CALL,
    CHANGE,
    CONSTANT,
    COPY,
    END,
    PADDING,
    Step,
    step,
)

__all__ = ["CALL", "PADDING", "RCX", "RDI", "RDX", "RSI", "Registers", "arrive", "walk"]

RCX, RDX, RSI, RDI = 1, 2, 6, 7
_CLOBBERED = 0b1111_1100_0111
"""Registers that a call may change, a bit for each."""
_SAVED = (3, 5, 12, 13, 14, 15)
"""Registers that it may not."""
_NEAR = 64
"""Bytes before an instruction in which the rest of a call's arguments is set."""
_MOST_WAYS = 256
_WAYS = 3
_MOST_STEPS = 512

Registers = dict[int, int]
"""What is known of them: constants and addresses; `-1 - R` where it is what R held at the beginning."""


_SHORT: dict[bytes, Step] = {}
"""What instructions of at most three bytes are: half of all, and few."""
_MOST_SHORT = 4096


def walk(code: bytes, base: int, at: int, registers: Registers) -> Iterator[tuple[int, int]]:
    """Go straight on from `at`; yield each instruction's place and what it is, before it takes effect.

    `base` is the address of `code[0]`. `registers` follows; where a way that branched off comes back, only
    what both know stays known. Ends at an unknown instruction, and behind END if no such way goes on there.
    """
    end = len(code) - len(PADDING)
    ways: dict[int, Registers] = {}
    while at < end:
        if at in ways:
            _keep(registers, ways.pop(at))
        decoded = _SHORT.get(code[at : at + 3]) or _decoded(code, at)
        if decoded is None:
            return
        length, kind, first, second = decoded
        yield at, kind
        at += length
        if kind >= BRANCH:
            if second > 0:
                _branch_off(ways, at + second, registers)
            if kind == END:
                if at not in ways:
                    return
                registers.clear()
                registers.update(ways.pop(at))
        elif kind != CHANGE or second:
            _take_effect(registers, kind, first, second, base + at)


def _decoded(code: bytes, at: int) -> Step | None:
    decoded = step(code, at)
    if decoded and decoded[0] <= 3 and len(_SHORT) < _MOST_SHORT:
        _SHORT[code[at : at + 3]] = decoded
    return decoded


def _branch_off(ways: dict[int, Registers], target: int, registers: Registers) -> None:
    if target in ways:
        _keep(ways[target], registers)
    elif len(ways) < _MOST_WAYS:
        ways[target] = registers.copy()


def _keep(registers: Registers, others: Registers) -> None:
    """Keep in `registers` what `others` agree on."""
    for register in [one for one, value in registers.items() if others.get(one) != value]:
        del registers[register]


def _take_effect(registers: Registers, kind: int, first: int, second: int, following: int) -> None:
    if kind == CONSTANT:
        registers[first] = second
    elif kind == ADDRESS:
        registers[first] = following + second
    elif kind == COPY and second in registers:
        registers[first] = registers[second]
    else:
        changed = _CLOBBERED if kind == CALL else 1 << first if kind == COPY else second
        for register in _among(changed):
            registers.pop(register, None)


@cache
def _among(mask: int) -> tuple[int, ...]:
    """Return the registers whose bits are set."""
    return tuple(register for register in range(mask.bit_length()) if mask >> register & 1)


def arrive(code: bytes, base: int, at: int) -> Registers | None:
    """Return what the registers hold at the instruction at `at`; None if no straight code leads there.

    Looked for in the bytes before it. Decoding from a wrong byte falls into step after an instruction or two,
    and these may seem to load a constant: so it is done from three places, and what they agree on is kept.
    """
    found: Registers | None = None
    ways = steps = 0
    for start in range(max(0, at - _NEAR), at):
        registers = {register: -1 - register for register in _SAVED}
        place = start
        for place, _ in walk(code, base, start, registers):
            steps += 1
            if place >= at:
                break
        if steps > _MOST_STEPS:
            return found
        if place != at:
            continue
        if found is None:
            found = registers
        else:
            for register in _SAVED:  # one that began later has not seen it set
                if register in found and registers.get(register) == -1 - register:
                    found[register] = -1 - register
            _keep(found, registers)
        ways += 1
        if ways == _WAYS:
            break
    return found

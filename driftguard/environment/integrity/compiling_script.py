"""What the judged interpreter runs to compare bytecode with its source; it imports nothing of what it judges.

It reads from standard input, each ended by a zero byte: what is to be compared (`code` or `header`), and then
three words for each piece of bytecode: its path, that of its source, the level of optimisation. To the
descriptor that is its last argument it writes a line for each: its number, a tab, `l` once the source is
compiled and the bytecode about to be loaded, and the outcome: `=` as it should be, or not used; `!` not what
the source compiles to; `~` that too, but in nothing beyond the instructions; `?` not to be told. Behind it
stands why. What has no outcome is what the interpreter fell over.

`marshal` runs nothing of what it loads. Left out of the comparison are the name of the file, which the
interpreter sets when it imports wherever it is the same, and tables of lines, which `-X no_debug_ranges`
changes: neither decides what runs.

SCRIPT must run on CPython 3.8 to 3.15.
"""

SCRIPT = r"""
import gc, marshal, os, stat, sys
from importlib.util import MAGIC_NUMBER, source_hash
from types import CodeType

LIMIT = 64 * 1024 * 1024
INSTRUCTIONS = ("co_code", "co_exceptiontable", "co_stacksize")
PARTS = (
    "co_name", "co_qualname", "co_names", "co_varnames", "co_cellvars", "co_freevars", "co_argcount",
    "co_posonlyargcount", "co_kwonlyargcount", "co_firstlineno", "co_flags",
)
gc.disable()
answer = int(sys.argv[-1])

def tell(text):
    os.write(answer, text.encode("ascii", "replace"))

def short(value):
    if isinstance(value, (str, bytes)):
        return ascii(value[:50]) + ("..." if len(value) > 50 else "")
    if isinstance(value, int) and -10**18 < value < 10**18 or isinstance(value, float) or value is None:
        return str(value)
    return type(value).__name__

def named(code):
    return ascii(getattr(code, "co_qualname", code.co_name)[:50])[1:-1]

def first(found, made):
    if not isinstance(found, tuple):
        return found, made
    pairs = [pair for pair in zip(found, made) if pair[0] != pair[1]]
    return pairs[0] if pairs else (len(found), len(made))

def read(path):
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a file")
        if status.st_size > LIMIT:
            raise OSError("larger than %d MiB" % (LIMIT >> 20))
        return stream.read(LIMIT), status

def is_used(data, source, status):
    flags = int.from_bytes(data[4:8], "little")
    if data[:4] != MAGIC_NUMBER or len(data) < 16 or flags & ~3:
        return False
    if flags & 1:
        return not flags & 2 or source_hash(source) == data[8:16]
    stated = int.from_bytes(data[8:12], "little"), int.from_bytes(data[12:16], "little")
    return stated == (int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF)

def difference(found, made):
    '''Return an outcome; what is equal to Python (1, True and 1.0) is not to marshal.'''
    waiting, instructions = [(found, made, "")], ""
    while waiting:
        one, other, name = waiting.pop()
        kind = type(one)
        if kind is CodeType and type(other) is CodeType:
            name = named(other)
            if one.co_filename != found.co_filename:
                return "!in %s: co_filename %s, that of all is %s" % (
                    name, short(one.co_filename), short(found.co_filename)
                )
            for part in PARTS:
                values = getattr(one, part, 0), getattr(other, part, 0)
                if values[0] != values[1]:
                    return "!in %s: %s %s, the source has %s" % (name, part, *map(short, first(*values)))
            if any(getattr(one, part, 0) != getattr(other, part, 0) for part in INSTRUCTIONS):
                instructions = instructions or "~in %s: other instructions" % name
            waiting.append((one.co_consts, other.co_consts, name))
        elif kind is not type(other):
            return "!in %s: %s, the source has %s" % (name, short(one), short(other))
        elif kind is tuple:
            if len(one) != len(other):
                return "!in %s: %d constants, the source has %d" % (name, len(one), len(other))
            waiting.extend((*pair, name) for pair in zip(one, other))
        elif kind is slice:
            parts = [(each.start, each.stop, each.step) for each in (one, other)]
            waiting.append((*parts, name))
        elif kind is frozenset:
            sets = [sorted(marshal.dumps(each, 2) for each in whole) for whole in (one, other)]
            if sets[0] != sets[1]:
                return "!in %s: another set of constants" % name
        elif marshal.dumps(one, 2) != marshal.dumps(other, 2):
            return "!in %s: %s, the source has %s" % (name, short(one), short(other))
    return instructions or "="

def compared(bytecode, source, level):
    try:
        data, _ = read(bytecode)
        text, status = read(source)
    except OSError as error:
        return "?" + (error.strerror or str(error))
    if not is_used(data, text, status):
        return "="
    if only_headers:
        made = source_hash(text)
        if made == data[8:16]:
            return "="
        return "!made of a source of hash %s, the source has %s" % (data[8:16].hex(), made.hex())
    try:
        made = compile(text, "source", "exec", dont_inherit=True, optimize=level)
    except (SyntaxError, ValueError):
        return "!the source cannot be compiled"
    tell("l")
    try:
        found = marshal.loads(data[16:])
    except Exception as error:
        return "!it cannot be loaded: %s" % type(error).__name__
    if not isinstance(found, CodeType):
        return "!it holds no code"
    return difference(found, made)

words = sys.stdin.buffer.read().split(b"\0")
only_headers, words = words[0] == b"header", words[1:-1]
for number, at in enumerate(range(0, len(words), 3)):
    tell("%d\t" % number)
    try:
        outcome = compared(words[at], words[at + 1], int(words[at + 2]))
    except Exception as error:
        outcome = "?%s while it was compared" % type(error).__name__
    tell(outcome.replace("\n", " ")[:300] + "\n")
"""

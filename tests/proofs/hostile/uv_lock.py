"""`uv.lock`: every key of another type, bombs, what is no text, what is no file."""

from collections.abc import Iterator
from pathlib import Path

from tests.proofs.hostile.row import (
    Content,
    Row,
    absent,
    behind_a_link,
    fifo,
    folder,
    large,
    link,
    many,
    mode,
    sparse,
)
from tests.proofs.hostile.stage import COMMIT, LOCK, lock

GROUP = "uv.lock"
ALPHA = 'name = "alpha"\nversion = "1.0"\n'
REGISTRY = 'source = { registry = "https://index.example/simple" }'
APP = 'name = "app"\nversion = "0.1.0"\nsource = { virtual = "." }\n'


def row(name: str, content: Content, says: str = "uv.lock", **more: object) -> Row:
    return Row(group=GROUP, name=name, files={"uv.lock": content}, says=says, **more)  # type: ignore[arg-type]


def quiet(name: str, content: Content, **more: object) -> Row:
    return row(name, content, "", exit=0, **more)


def in_app(line: str) -> str:
    """Return the lock with a line more in its first package."""
    return lock(APP, f"{APP}{line}\n")


def of_alpha(line: str) -> str:
    """Return the lock with a line more in `alpha`."""
    return lock(ALPHA, f"{ALPHA}{line}\n")


def edge(text: str) -> str:
    """Return the lock with another first dependency."""
    return lock('{ name = "alpha" },\n    {', f"{text},\n    {{")


# Keys of a wrong type: one row a key, with the place that must be told.
WRONG = {
    "version-text": (lock("version = 1\n", 'version = "1"\n'), "version: is a string"),
    "version-true": (lock("version = 1\n", "version = true\n"), "version: is a boolean"),
    "version-float": (lock("version = 1\n", "version = 1.0\n"), "version: is a number"),
    "version-future": (lock("version = 1\n", "version = 2\n"), "version: 2 is not 1"),
    "version-negative": (lock("version = 1\n", "version = -1\n"), "version: -1 is not 1"),
    "version-missing": (lock("version = 1\n", ""), "version: 0 is not 1"),
    "revision-list": (lock("revision = 3", "revision = []"), "revision: is a list"),
    "requires-python-missing": (lock('requires-python = ">=3.11"', ""), "requires-python: is missing"),
    "requires-python-table": (lock('">=3.11"', "{}"), "requires-python: is a table"),
    "requires-python-nonsense": (lock(">=3.11", "oops"), "is not a version specifier"),
    "requires-python-digits": (lock(">=3.11", ">=" + "9" * 100_000), "requires-python"),
    "supported-markers": (
        lock("\n[manifest]", "supported-markers = 1\n[manifest]"),
        "supported-markers: is an",
    ),
    "supported-markers-item": (
        lock("\n[manifest]", "supported-markers = [1]\n[manifest]"),
        "supported-markers[0]",
    ),
    "conflicts": (lock("\n[manifest]", "conflicts = {}\n[manifest]"), "conflicts: is a table"),
    "conflicts-item": (lock("\n[manifest]", "conflicts = [1]\n[manifest]"), "conflicts[0]: is an integer"),
    "conflicts-item-item": (lock("\n[manifest]", "conflicts = [[1]]\n[manifest]"), "conflicts[0][0]: is an"),
    "conflicts-nameless": (
        lock("\n[manifest]", "conflicts = [[{}]]\n[manifest]"),
        "[0][0].package: is missing",
    ),
    "distribution": ("version = 1\n[[distribution]]\nname = 'x'\n", "uv before 0.3"),
    "manifest": (lock('[manifest]\nmembers = ["app"]\n', "manifest = 7\n"), "manifest: is an integer"),
    "manifest-members": (lock('["app"]', '"app"'), "manifest.members: is a string"),
    "manifest-members-item": (lock('["app"]', "[{}]"), "manifest.members[0]: is a table"),
    "manifest-members-absent": (lock('["app"]', '["app", "nope"]'), "no [[package]] is named `nope`"),
    "manifest-overrides": (lock('["app"]', '["app"]\noverrides = [1]'), "manifest.overrides[0]"),
    "manifest-excludes": (lock('["app"]', '["app"]\nexcludes = [1]'), "manifest.excludes[0]"),
    "manifest-requirements": (lock('["app"]', '["app"]\nrequirements = 1'), "manifest.requirements"),
    "manifest-groups": (lock('["app"]', '["app"]\ndependency-groups = 1'), "manifest.dependency-groups"),
    "package-table": (
        "version = 1\nrequires-python = '>=3.11'\n[package]\nname = 'x'\n",
        "package: is a table",
    ),
    "package-item": ("version = 1\nrequires-python = '>=3.11'\npackage = [1]\n", "package[0]: is an integer"),
    "name-missing": (lock('name = "alpha"\n', ""), "package[1].name: is missing"),
    "name-number": (lock('name = "alpha"\n', "name = 1\n"), "package[1].name: is an integer"),
    "name-empty": (lock('name = "alpha"\n', 'name = ""\n'), "is not a package name"),
    "name-path": (lock('name = "alpha"\n', 'name = "../../etc/passwd"\n'), "is not a package name"),
    "name-escape": (lock('name = "alpha"\n', 'name = "\\u001b[31malpha"\n'), "is not a package name"),
    "name-bidi": (lock('name = "alpha"\n', 'name = "\\u202ealpha"\n'), "is not a package name"),
    "name-newline": (
        lock('name = "alpha"\n', 'name = "alpha\\nhint: all is well"\n'),
        "is not a package name",
    ),
    "name-workflow-command": (lock('name = "alpha"\n', 'name = "::error::x"\n'), "is not a package name"),
    "version-of-package": (lock('version = "1.0"\n', "version = 1.0\n"), "package[1].version: is a number"),
    "version-date": (lock('version = "1.0"\n', "version = 2026-01-01\n"), "package[1].version: is a date"),
    "source-missing": (lock(f'version = "1.0"\n{REGISTRY}', 'version = "1.0"'), "source: is missing"),
    "source-text": (lock(REGISTRY, 'source = "registry"'), "source: is a string"),
    "source-empty": (lock(REGISTRY, "source = {}"), "no known kind"),
    "source-unknown": (lock(REGISTRY, 'source = { ftp = "x" }'), "no known kind ('ftp')"),
    "source-registry": (lock(REGISTRY, "source = { registry = 1 }"), "source.registry: is an integer"),
    "source-registry-table": (lock(REGISTRY, "source = { registry = {} }"), "registry.url: is missing"),
    "source-git-bracket": (lock(f"https://git.example/gamma?rev=main#{COMMIT}", "https://[broken"), "source"),
    "source-path-nul": (lock(REGISTRY, 'source = { path = "a\\u0000b" }'), "source"),
    "source-editable-nul": (lock(REGISTRY, 'source = { editable = "a\\u0000b" }'), "source"),
    "source-directory-nul": (lock(REGISTRY, 'source = { directory = "\\u0000" }'), "source"),
    "source-subdirectory": (
        lock('"https://files.example/delta-4.0.tar.gz" }', '"x", subdirectory = 1 }'),
        "subdirectory",
    ),
    "dependencies-text": (of_alpha('dependencies = "beta"'), "package[1].dependencies: is a string"),
    "dependencies-item": (of_alpha("dependencies = [1]"), "package[1].dependencies[0]: is an integer"),
    "dependencies-nameless": (of_alpha("dependencies = [{}]"), "dependencies[0].name: is missing"),
    "dependencies-dangling": (of_alpha('dependencies = [{ name = "nope" }]'), "which no [[package]] is"),
    "dependencies-version": (edge('{ name = "alpha", version = "9" }'), "`alpha 9`, which no [[package]] is"),
    "dependencies-version-type": (edge('{ name = "alpha", version = 9 }'), "version: is an integer"),
    "dependencies-marker-type": (edge('{ name = "alpha", marker = 9 }'), "marker: is an integer"),
    "dependencies-extra-type": (edge('{ name = "alpha", extra = "x" }'), "extra: is a string"),
    "dependencies-source-type": (edge('{ name = "alpha", source = 1 }'), "source: is an integer"),
    "optional-dependencies": (of_alpha("optional-dependencies = 1"), "optional-dependencies: is an integer"),
    "optional-dependencies-item": (
        of_alpha("optional-dependencies = { x = 1 }"),
        "optional-dependencies.x: is an",
    ),
    "dev-dependencies": (of_alpha("dev-dependencies = []"), "dev-dependencies: is a list"),
    "metadata": (of_alpha("metadata = 1"), "metadata: is an integer"),
    "metadata-extras": (of_alpha("metadata = { provides-extras = 1 }"), "provides-extras: is an integer"),
    "metadata-dev": (of_alpha("metadata = { requires-dev = 1 }"), "requires-dev: is an integer"),
    "default-groups": (in_app("default-groups = 1"), "default-groups: is an integer"),
    "resolution-markers": (of_alpha("resolution-markers = 1"), "resolution-markers: is an integer"),
    "marker-nonsense": (edge('{ name = "alpha", marker = "oops oops" }'), "is not a marker"),
    "marker-escape": (edge('{ name = "alpha", marker = "\\u001b[31m" }'), "\\x1b[31m"),
    "marker-unknown-variable": (edge('{ name = "alpha", marker = "moon == \'full\'" }'), "is not a marker"),
    "marker-bad-comparison": (
        edge('{ name = "alpha", marker = "sys_platform ~= \'x\'" }'),
        "cannot be evaluated",
    ),
    "marker-nested": (
        edge(f'{{ name = "alpha", marker = "{"(" * 10_000}os_name == \'x\'{")" * 10_000}" }}'),
        "marker",
    ),
    "marker-digits": (
        edge(f'{{ name = "alpha", marker = "python_version > \'{"9" * 100_000}\'" }}'),
        "marker",
    ),
}

NO_TEXT: dict[str, tuple[Content, str]] = {
    "empty": ("", "version"),
    "conflict": (lock("[manifest]", "<<<<<<< HEAD\n[manifest]"), "uv.lock:5: merge conflict marker"),
    "nul": (LOCK.encode() + b"\0", "not TOML"),
    "nul-first": (b"\0" + LOCK.encode(), "not TOML"),
    "latin-1": (LOCK.encode() + "# é\n".encode("latin-1"), "not UTF-8"),
    "utf-16": (LOCK.encode("utf-16"), "not UTF-8"),
    "utf-16-unmarked": (LOCK.encode("utf-16-le"), "not TOML"),
    "surrogate": (LOCK.encode() + b"# \xed\xa0\x80\n", "not UTF-8"),
    "overlong": (LOCK.encode() + b"# \xc0\xae\n", "not UTF-8"),
    "lone-carriage-return": (LOCK.replace("\n", "\r"), "not TOML"),
    "not-toml": ("{}", "uv.lock:1: not TOML"),
    "html": ("<!doctype html>\n<html><body>404</body></html>\n", "not TOML"),
    "json": ('{"version": 1}', "not TOML"),
    "zip": (b"PK\x03\x04" + bytes(100), "not TOML"),
    "gzip": (b"\x1f\x8b\x08" + bytes(100), "not UTF-8"),
    "elf": (b"\x7fELF" + bytes(100), "not TOML"),
    "git-lfs": ("version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 9\n", "not TOML"),
    "duplicate-key": (lock("version = 1\n", "version = 1\nversion = 1\n"), "not TOML"),
    "duplicate-table": (LOCK + '\n[manifest]\nmembers = ["app"]\n', "not TOML"),
    "directory": (folder, "uv.lock: no such file"),
    "pipe": (fifo, "is not a file"),
    "zeros": (link("/dev/zero"), "is not a file"),
    "full": (link("/dev/full"), "is not a file"),
    "null": (link("/dev/null"), "is not a file"),
    "link-loop": (link("uv.lock"), "uv.lock"),
    "link-dangling": (link("nowhere"), "no such file"),
    "link-to-a-long-name": (link("x" * 300), "uv.lock"),
}

BOMBS: dict[str, tuple[Content, str]] = {
    "arrays": (large("[", 100_000, before="x = "), "nested too deeply"),
    "arrays-closed": (lock("version = 1\n", f"x = {'[' * 100_000}{']' * 100_000}\nversion = 1\n"), "nested"),
    "tables": (large("{a=", 100_000, before="x = "), "nested too deeply"),
    "dotted-keys": (large("a.", 100_000, after="a = 1\n"), "uv.lock"),
    "dotted-header": (large("a.", 100_000, before="[", after="a]\n"), "uv.lock"),
    "dotted-lines": (
        many(lambda n: f"{'a.' * 90}k{n} = 1\n", 20_000),
        "more than 40 dots in a line, throughout",
    ),
    "keys": (many(lambda n: f"k{n} = 1\n", 1_000_000), "uv.lock"),
    "headers": (many(lambda n: f"[k{n}]\n", 99_000), "uv.lock"),
    "integer": (lock("version = 1\n", f"version = {'9' * 100_000}\n"), "uv.lock"),
    "integer-hexadecimal": (lock("version = 1\n", f"version = 0x{'f' * 100_000}\n"), "version"),
    "integer-unused": (lock("version = 1\n", f"version = 1\nx = {'9' * 100_000}\n"), "uv.lock"),
    "float": (lock("version = 1\n", f"version = 1e{'9' * 5_000}\n"), "version: is a number"),
    "string": (large("x", 10_000_000, before='name = "', after='"\n'), "uv.lock"),
    "comment": (large("#", 10_000_000, after="\n"), "uv.lock"),
    "blank-lines": (large("\n", 10_000_000), "uv.lock"),
    "64-mebibytes": (sparse(64 * 1024**2 + 1), "larger than"),
    "1-tebibyte": (sparse(1024**4), "larger than"),
    "just-too-large": (large(LOCK, 1, before="# " + "x" * 33_000_000 + "\n"), "larger than"),
    "quotes": (large("'", 100_000, before="x = "), "uv.lock"),
    "triple-quotes": (large('"""', 100_000, before="x = "), "uv.lock"),
    "escapes": (large("\\u0041", 1_000_000, before='x = "', after='"\n'), "uv.lock"),
}
GRAPHS: dict[str, tuple[Content, int]] = {
    "edges": (lambda path: path.write_text(edges(100_000)), 0),
    "chain": (lambda path: path.write_text(chain(5_000)), 1),
    "forks": (lambda path: path.write_text(forks(3_000)), 1),
    "dense": (lambda path: path.write_text(dense(300)), 1),
    "extras": (lambda path: path.write_text(extras(400)), 1),
}
SOON = 3.0
"""Seconds for what is as large as is still read: locks ten times as large as any that is known."""


def links(path: Path) -> None:
    """Put two thousand links, each to the one before."""
    path.mkdir()
    for number in range(1, 2_001):
        (path / str(number)).symlink_to(str(number - 1))


def edges(count: int) -> str:
    """Return a lock with one package that asks for another so many times."""
    return lock('{ name = "alpha" },\n    {', '{ name = "alpha" }, ' * count + "{")


def package(name: str, body: str, version: str = "1") -> str:
    """Return one entry of a lock."""
    return f'\n[[package]]\nname = "{name}"\nversion = "{version}"\n{REGISTRY}\n{body}\n'


def chain(count: int) -> str:
    """Return a lock in which each package asks for the next, and the last for the first."""
    links = (package(f"p{n}", f'dependencies = [{{ name = "p{(n + 1) % count}" }}]') for n in range(count))
    return in_app("default-groups = []").replace(
        '{ name = "alpha" },\n    {', '{ name = "p0" },\n    {'
    ) + "".join(links)


def forks(count: int) -> str:
    """Return a lock with so many forks of one package, each asking for it by name."""
    body = 'dependencies = [{{ name = "p" }}]\nresolution-markers = ["python_version == \'3.{}\'"]'
    return lock('{ name = "alpha" },\n    {', '{ name = "p" },\n    {') + "".join(
        package("p", body.format(n), str(n)) for n in range(count)
    )


def dense(count: int) -> str:
    """Return a lock in which each package asks for every other under a marker of its own."""
    asked = ", ".join(
        f'{{ name = "p{n}", marker = "python_version >= \'3.{n % 8}\'" }}' for n in range(count)
    )
    return lock('{ name = "alpha" },\n    {', '{ name = "p0" },\n    {') + "".join(
        package(f"p{n}", f"dependencies = [{asked}]") for n in range(count)
    )


def extras(count: int) -> str:
    """Return a lock in which each extra of a package activates two further ones."""
    named = "\n".join(
        f'x{n} = [{{ name = "p", extra = ["x{(2 * n + 1) % count}", "x{(2 * n + 2) % count}"] }}]'
        for n in range(count)
    )
    return lock('{ name = "alpha" },\n    {', '{ name = "p", extra = ["x0"] },\n    {') + package(
        "p", f"[package.optional-dependencies]\n{named}"
    )


NEAR: dict[str, Content] = {
    "byte-order-mark": b"\xef\xbb\xbf" + LOCK.encode(),
    "windows-line-ends": LOCK.replace("\n", "\r\n"),
    "comment-in-japanese": LOCK + "# 日本語 \U0001f4a9\n",
    "revision-of-tomorrow": lock("revision = 3", "revision = 4"),
    "unknown-keys": lock("revision = 3", "revision = 3\nfuture = [1, { a = 2 }]"),
    "arrow-of-seven-signs-in-a-text": lock('"0.1.0"', '"0.1.0" # <<<<<<< HEAD'),
    "name-in-other-case": lock('name = "alpha"\nversion', 'name = "ALPHA"\nversion'),
    "source-as-table-of-url": lock(
        REGISTRY, 'source = { registry = { url = "https://index.example/simple" } }'
    ),
    "loop": of_alpha('dependencies = [{ name = "alpha" }, { name = "beta" }]'),
    "marker-never": edge('{ name = "alpha", marker = "python_version < \'0\'" }, { name = "alpha" }'),
    "marker-long": edge('{ name = "alpha", marker = "' + " or ".join(["os_name == 'posix'"] * 500) + '" }'),
    "root-outside": lock(APP, f'{APP}metadata = {{ requires-dist = [{{ name = "alpha" }}] }}\n'),
    "link-to-a-file": behind_a_link,
    "large-comment": large(LOCK, 1, before="#" + "x" * 1_000_000 + "\n"),
    "no-final-newline": LOCK.rstrip("\n"),
}


def rows() -> Iterator[Row]:
    """Yield them all."""
    yield from (row(name, content, says) for name, (content, says) in WRONG.items())
    yield from (row(name, content, says) for name, (content, says) in NO_TEXT.items())
    yield from (row(f"bomb-{name}", content, says, seconds=SOON) for name, (content, says) in BOMBS.items())
    yield from (
        row(f"graph-{name}", graph, exit=code, seconds=2 * SOON) for name, (graph, code) in GRAPHS.items()
    )
    yield row("source-path-long", lock(REGISTRY, f'source = {{ path = "{"x/" * 5_000}" }}'), "alpha", exit=1)
    yield row("source-path-huge", lock(REGISTRY, f'source = {{ path = "{"x/" * 200_000}" }}'), "source.path")
    yield row(
        "source-path-climbs",
        lock(REGISTRY, f'source = {{ path = "{"../" * 90}etc/passwd" }}'),
        "alpha",
        exit=1,
    )
    yield Row(
        group=GROUP,
        name="source-path-of-many-links",
        files={"uv.lock": lock(REGISTRY, 'source = { path = "links/2000" }'), "links": links},
        says="more links than can be followed",
    )
    yield row("unreadable", mode(0o000), "Permission denied", plain=True)
    yield row("missing", absent, "uv.lock: no such file", words=("check", "--lock", "uv.lock"))
    yield row("found-elsewhere", absent, "requirements.txt", exit=0)
    yield from (quiet(name, content) for name, content in NEAR.items())
    shell = (
        '(while :; do echo "# more"; done >> uv.lock) & writer=$!; "$@"; code=$?; kill $writer; exit $code'
    )
    yield Row(group=GROUP, name="growing", shell=shell, exit=0, seconds=SOON)
    # Cut anywhere, it is either refused or still a lock: then what is missing of it is extraneous here.
    for number in range(40):
        at = len(LOCK) * number // 40
        yield row(f"cut-{number}", LOCK[:at], "", exit=CUT.get(number, 3), slow=number % 8 != 0)


CUT = {2: 1}

"""What people write about their projects: pyproject.toml, driftguard.toml, .pre-commit-config.yaml."""

from collections.abc import Iterator

from tests.proofs.hostile.row import Content, Row, fifo, folder, large, link, many, mode, sparse
from tests.proofs.hostile.stage import HOOKS, PYPROJECT

SOON = 3.0
HOOKS_FILE = ".pre-commit-config.yaml"

# [tool.driftguard], and the same at the top of a driftguard.toml.
CONFIGURED = {
    "key-unknown": ("selct = []\n", "did you mean `select`?"),
    "key-escape": ('"\\u001b[31m" = 1\n', "is not a key that driftguard knows"),
    "key-empty": ('"" = 1\n', "is not a key that driftguard knows"),
    "key-long": (f'"{"k" * 100_000}" = 1\n', "is not a key that driftguard knows"),
    "select-text": ('select = "DG1"\n', "select: is a string"),
    "select-item": ("select = [1]\n", "select[0]: is an integer"),
    "select-unknown": ('select = ["DG999"]\n', "DG999"),
    "select-empty-text": ('select = [""]\n', ""),
    "allow-table": ("allow = {}\n", "allow: is a table"),
    "allow-item": ("allow = [[]]\n", "allow[0]: is a list"),
    "fail-on-number": ("fail-on = 1\n", "fail-on: is an integer"),
    "fail-on-unknown": ('fail-on = "never"\n', "none of error, warning, note"),
    "fail-on-escape": ('fail-on = "\\u001b[2J"\n', "\\x1b[2J"),
    "ignore-text": ('ignore = "DG1"\n', "ignore: is a string"),
    "ignore-item": ("ignore = [1]\n", "ignore[0]: is an integer"),
    "ignore-empty": ("ignore = [{}]\n", "reason: is missing"),
    "ignore-reason": ('ignore = [{ rule = "DG1", reason = " " }]\n', "reason: is empty"),
    "ignore-reason-type": ('ignore = [{ rule = "DG1", reason = 1 }]\n', "reason: is an integer"),
    "ignore-rule": ('ignore = [{ rule = "E501", reason = "x" }]\n', "is no rule"),
    "ignore-rule-type": ('ignore = [{ rule = 1, reason = "x" }]\n', "rule: is an integer"),
    "ignore-package": ('ignore = [{ rule = "DG1", reason = "x", package = 1 }]\n', "package: is an integer"),
    "ignore-until": ('ignore = [{ rule = "DG1", reason = "x", until = "soon" }]\n', "is not a date"),
    "ignore-until-time": (
        'ignore = [{ rule = "DG1", reason = "x", until = 1979-05-27T07:32:00 }]\n',
        "is not a date",
    ),
    "ignore-until-never": (
        'ignore = [{ rule = "DG1", reason = "x", until = "9999-99-99" }]\n',
        "is not a date",
    ),
    "ignore-until-list": ('ignore = [{ rule = "DG1", reason = "x", until = [] }]\n', "is not a date"),
    "ignore-key": ('ignore = [{ rule = "DG1", reason = "x", untill = 1 }]\n', "did you mean `until`?"),
    "value-of-digits": (f"allow = {'9' * 5_000}\n", "not TOML"),
}
FILES: dict[str, tuple[Content, str]] = {
    "not-toml": ("[tool", "not TOML"),
    "binary": (bytes(range(256)), "not UTF-8"),
    "utf-16": (PYPROJECT.encode("utf-16"), "not UTF-8"),
    "nul": ("\0", "not TOML"),
    "conflict": ("<<<<<<< HEAD\n", ":1: merge conflict marker"),
    "bomb-arrays": (large("[", 100_000, before="x = "), "nested too deeply"),
    "bomb-lines": (large("\n", 1_000_000), "more than 100,000 lines"),
    "bomb-size": (sparse(1024**4), "larger than"),
}
PYPROJECTS: dict[str, tuple[Content, str]] = {
    "tool-text": ('tool = "x"\n', "tool: is a string"),
    "tool-driftguard-text": ('[tool]\ndriftguard = "x"\n', "tool.driftguard: is a string"),
    "tool-uv-list": ("[tool]\nuv = []\n", "tool.uv: is a list"),
    "default-groups": ("[tool.uv]\ndefault-groups = 1\n", "default-groups: is an integer"),
    "default-groups-item": ("[tool.uv]\ndefault-groups = [1]\n", "default-groups[0]: is an integer"),
    "dependency-groups": (
        'dependency-groups = 1\n[tool.uv]\ndefault-groups = "all"\n',
        "dependency-groups: is an",
    ),
}
ODD_PYPROJECTS: dict[str, Content] = {
    "empty": "",
    "directory": folder,
    "pipe": fifo,
    "link-dangling": link("nowhere"),
    "link-loop": link("pyproject.toml"),
    "other-tools": PYPROJECT + "[tool.other]\nkey = 1\n",
    "byte-order-mark": b"\xef\xbb\xbf" + PYPROJECT.encode(),
    "allow": PYPROJECT + '[tool.driftguard]\nallow = ["Not_There"]\n',
    "default-groups": PYPROJECT + "[tool.uv]\ndefault-groups = []\n",
}
NODES = "repos:\n  - repo: x\n    hooks:\n      - id: a\n        language: python\n        additional_dependencies: "
YAML: dict[str, tuple[Content, str]] = {
    "empty": ("", "is empty"),
    "only-comment": ("# nothing\n", "is empty"),
    "scalar": ("repos\n", "not a mapping"),
    "list": ("- repos\n", "not a mapping"),
    "no-repos": ("ci: {}\n", "has no `repos`"),
    "repos-text": ("repos: x\n", "`repos` is not a list"),
    "repos-items": ("repos: [1]\n", "not a mapping, so it has no `hooks`"),
    "hooks-text": ("repos: [{repo: x, hooks: y}]\n", "`hooks` is not a list"),
    "hooks-missing": ("repos: [{repo: x}]\n", "has no `hooks`"),
    "hook-text": ("repos: [{repo: x, hooks: [a]}]\n", "not a mapping"),
    "dependencies-text": (f"{NODES}alpha\n", "is not a list"),
    "dependencies-mapping": (f"{NODES}{{a: b}}\n", "is not a list"),
    "key-twice": ("repos: []\nrepos: []\n", "stands twice"),
    "tab": ("repos:\n\t- x\n", ":2: not YAML"),
    "open-quote": ("repos: 'x\n", "not YAML"),
    "open-flow": ("repos: [\n", "not YAML"),
    "nul": ("repos: []\n\0\n", ":2: holds a NUL"),
    "escape-sequence": ("repos: []\n# \x1b[31m\n", "not YAML"),
    "binary": (bytes(range(256)), "not UTF-8"),
    "conflict": ("<<<<<<< HEAD\nrepos: []\n", ":1: holds a merge conflict"),
    "two-documents": ("repos: []\n---\nrepos: []\n", ":2: a second document"),
    "alias-of-nothing": ("repos: *x\n", ":1: an alias of nothing"),
    "alias-of-itself": ("repos: &x [*x]\n", ":1: an alias of nothing"),
    "deep-flow": ("repos: " + "[" * 100_000 + "\n", "levels deep"),
    "deep-mappings": ("repos: " + "{a: " * 100_000 + "\n", "levels deep"),
    "deep-blocks": ("".join(f"{' ' * n}a:\n" for n in range(1_000)), "levels deep"),
    "deep-dashes": ("- " * 50_000 + "\n", "levels deep"),
    "many-values": (large("1,", 450_000, before="repos: [", after="]\n"), "more than 100,000 values"),
    "large": (large("#\n", 600_000), "larger than 1024 KiB"),
    "huge": (sparse(1024**4), "larger than"),
    "laughs-of-lists": (
        "a: &a [x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(24))
        + "repos: *y\n",
        "not a mapping",
    ),
    "laughs-of-hooks": (
        "h: &h {id: a, language: python, additional_dependencies: [x]}\n"
        "r: &r {repo: x, hooks: [" + "*h, " * 900 + "]}\nrepos: [" + "*r, " * 900 + "]\n",
        "more than 5,000 hooks",
    ),
    "merges": (
        "a0: &a0 {x: 1}\n"
        + "".join(f"a{n + 1}: &a{n + 1} {{<<: [*a{n}, *a{n}], x: 1}}\n" for n in range(40))
        + "repos: [{<<: ["
        + "*a40, " * 500
        + "], repo: x}]\n",
        "merged from too many places",
    ),
    "directive": ("%YAML 9.9\n---\nrepos: []\n", "not YAML"),
    "tag-undeclared": ("repos: !x!y []\n", "not YAML"),
    "directory": (folder, "is a directory"),
    "pipe": (fifo, "is not a file"),
    "link-loop": (link(HOOKS_FILE), HOOKS_FILE),
    "missing": (link("nowhere"), "no such file"),
}
YAML_FOUND = {
    "object-tag": (f"{NODES}[!!python/object/apply:os.system ['touch owned']]\n", 0),
    "object-tag-on-text": (f"{NODES}[!!python/name:os.system alpha]\n", 1),
    "number": (f"{NODES}[1.0]\n", 1),
    "escape-sequence": (f'{NODES}["\\e[31mred"]\n', 1),
    "bidi": (f'{NODES}["a\\u202eb"]\n', 1),
    "newline": (f'{NODES}["alpha\\n::error::x"]\n', 1),
    "climbing": (f"{NODES}[../../../etc/passwd]\n", 0),
    "url-broken": (f'{NODES}["a @ https://[x"]\n', 1),
    "long": (f"{NODES}[{'a' * 100_000}]\n", 1),
    "digits": (f"{NODES}['a=={'9' * 6_000}']\n", 0),
    "nul-escape": (f'{NODES}["./a\\0b"]\n', 0),
    "nul-escape-in-url": (f'{NODES}["a @ file:///a\\0b"]\n', 1),
    "anchor-twice": (f"{NODES}[&a alpha==1.0, &a alpha==1.0, *a]\n", 0),
    "option-unknown": (f"{NODES}[--frobnicate]\n", 0),
}
YAML_NEAR: dict[str, Content] = {
    "json": '{"repos": []}\n',
    "byte-order-mark": b"\xef\xbb\xbf" + HOOKS.encode(),
    "windows-line-ends": HOOKS.replace("\n", "\r\n"),
    "anchors": f"{NODES}&d [alpha==1.0]\nx: *d\n",
    "other-language": NODES.replace("python", "node") + "[left-pad]\n",
    "null-dependencies": f"{NODES}\n",
    "merge": HOOKS + "base: &b {x: 1}\nmore: {<<: *b}\n",
    "unicode": HOOKS + "# 日本語\n",
}


def rows() -> Iterator[Row]:
    """Yield them all."""
    for name, (text, says) in CONFIGURED.items():
        own = {"pyproject.toml": f"{PYPROJECT}[tool.driftguard]\n{text}"}
        yield Row(group="pyproject", name=f"config-{name}", files=own, says=says)
        yield Row(group="driftguard.toml", name=name, files={"driftguard.toml": text}, says=says, slow=True)
    for name, (content, says) in FILES.items():
        yield Row(group="pyproject", name=name, files={"pyproject.toml": content}, says=says)
        yield Row(group="driftguard.toml", name=name, files={"driftguard.toml": content}, says=says)
    for name, (content, says) in PYPROJECTS.items():
        yield Row(group="pyproject", name=name, files={"pyproject.toml": content}, says=says)
    for name, content in ODD_PYPROJECTS.items():
        yield Row(group="pyproject", name=f"odd-{name}", files={"pyproject.toml": content}, exit=0)
    yield Row(group="driftguard.toml", name="odd-pipe", files={"driftguard.toml": fifo}, exit=0)
    yield Row(group="driftguard.toml", name="odd-empty", files={"driftguard.toml": ""}, exit=0)
    yield Row(
        group="pyproject",
        name="unreadable",
        files={"pyproject.toml": mode(0o000)},
        says="Permission denied",
        plain=True,
    )
    lint = ("lint", HOOKS_FILE)
    for name, (content, says) in YAML.items():
        yield Row(
            group="pre-commit", name=name, files={HOOKS_FILE: content}, words=lint, says=says, seconds=SOON
        )
    for name, (text, code) in YAML_FOUND.items():
        yield Row(group="pre-commit", name=f"entry-{name}", files={HOOKS_FILE: text}, words=lint, exit=code)
    for name, content in YAML_NEAR.items():
        yield Row(group="pre-commit", name=f"odd-{name}", files={HOOKS_FILE: content}, words=lint, exit=0)
    yield Row(
        group="pre-commit",
        name="keys",
        files={HOOKS_FILE: many(lambda n: f"k{n}: 1\n", 60_000)},
        words=lint,
        says="more than 100,000 values",
        seconds=SOON,
    )

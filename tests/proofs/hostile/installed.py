"""What lies in site-packages: each file of a distribution broken, `.pth` files, eggs, odd names, many entries."""

from collections.abc import Iterator
from pathlib import Path

from tests.proofs.hostile.row import (
    SECRET,
    Content,
    Row,
    absent,
    entries,
    fifo,
    folder,
    instead,
    large,
    link,
    many,
    mode,
    sparse,
)
from tests.proofs.hostile.stage import COMMIT, GIT_ORIGIN, URL_ORIGIN, dist

ALPHA = "{site}/alpha-1.0.dist-info"
RECORDED = "alpha-1.0.dist-info/RECORD,,\n"
GAMMA = "{site}/gamma-3.0.dist-info/direct_url.json"
DELTA = "{site}/delta-4.0.dist-info/direct_url.json"
SOON = 3.0

# A fault is a finding, so that most of this is exit 1.
# What may stand in place of any small file of a distribution.
NO_FILE: dict[str, Content] = {
    "directory": folder,
    "pipe": fifo,
    "link-loop": link("METADATA"),
    "link-dangling": link("nowhere"),
    "zeros": link("/dev/zero"),
    "huge": sparse(1024**4),
    "empty": "",
    "binary": bytes(range(256)) * 10,
    "long-line": large("x", 3_000_000),
    "many-lines": large("x: y\n", 300_000),
}
METADATA: dict[str, tuple[Content, int]] = {
    "missing": (absent, 1),
    "no-name": ("Version: 1.0\n", 1),
    "no-version": ("Name: alpha\n", 1),
    "name-twice": ("Name: alpha\nName: beta\nVersion: 1.0\n", 1),
    "name-other": (dist("other", "1.0"), 1),
    "name-escape": ("Name: \x1b[31malpha\nVersion: 1.0\n", 1),
    "name-bidi": ("Name: \u202ealpha\nVersion: 1.0\n", 1),
    "name-climbs": ("Name: ../../etc/passwd\nVersion: 1.0\n", 1),
    "name-workflow-command": ("Name: ::error::x\nVersion: 1.0\n", 1),
    "name-markdown": ("Name: [x](javascript:alert(1))\nVersion: 1.0\n", 1),
    "version-other": (dist("alpha", "9.9"), 1),
    "version-escape": ("Name: alpha\nVersion: 1.0\x1b[2J\n", 1),
    "version-of-digits": (dist("alpha", "9" * 100_000), 1),
    "version-newline": ("Name: alpha\nVersion: 1.0\n 2.0\n", 1),
    "not-utf-8": (b"Name: alpha\nVersion: 1.0\nSummary: \xff\n", 1),
    "requires-nonsense": (dist("alpha", "1.0") + "Requires-Dist: ((((\n", 3),
    "requires-escape": (dist("alpha", "1.0") + "Requires-Dist: \x1b[31m\n", 3),
    "requires-nested": (dist("alpha", "1.0") + f"Requires-Dist: beta ; {'(' * 20_000}\n", 3),
    "requires-digits": (dist("alpha", "1.0") + f"Requires-Dist: beta>={'9' * 20_000}\n", 0),
    "requires-marker-digits": (
        dist("alpha", "1.0") + f"Requires-Dist: beta ; python_version > '{'9' * 20_000}'\n",
        3,
    ),
    "requires-marker-odd": (dist("alpha", "1.0") + "Requires-Dist: beta ; sys_platform ~= 'x'\n", 3),
    "requires-url": (dist("alpha", "1.0") + f"Requires-Dist: beta @ https://ann:{SECRET}@[x\n", 0),
    "requires-clauses": (dist("alpha", "1.0") + "Requires-Dist: beta" + ",".join([">=1"] * 20_000) + "\n", 0),
    "requires-alternatives": (
        dist("alpha", "1.0") + "Requires-Dist: beta ; " + " or ".join(["os_name=='x'"] * 20_000) + "\n",
        0,
    ),
    "requires-many": (many(lambda n: f"Requires-Dist: p{n}>=1\n", 20_000, before=dist("alpha", "1.0")), 0),
    "requires-python": (dist("alpha", "1.0") + "Requires-Python: <3\n", 1),
    "requires-python-nonsense": (dist("alpha", "1.0") + "Requires-Python: soon\n", 0),
    "requires-python-digits": (dist("alpha", "1.0") + f"Requires-Python: >={'9' * 20_000}\n", 0),
    "folded": (large(" x\n", 300_000, before=dist("alpha", "1.0") + "Requires-Dist: beta\n"), 3),
    "html": ("<html>404</html>\n", 1),
}
WHEEL: dict[str, tuple[Content, int]] = {
    "missing": (absent, 1),
    "no-tag": ("Wheel-Version: 1.0\n", 1),
    "tag-foreign": ("Tag: cp27-none-win32\n", 1),
    "tag-escape": ("Tag: \x1b-none-any\n", 1),
    "tag-bomb": (
        f"Tag: {'.'.join(f'py{n}' for n in range(400))}-{'.'.join(f'a{n}' for n in range(400))}-any\n",
        1,
    ),
    "tag-long": (f"Tag: py3-none-{'a' * 500_000}\n", 1),
    "tags-many": (many(lambda n: f"Tag: cp{n}-none-win32\n", 40_000), 1),
}
ORIGIN: dict[str, tuple[Content, int]] = {
    "not-json": ("{", 1),
    "null": ("null", 1),
    "list": ("[]", 1),
    "text": ('"x"', 1),
    "number": ("1", 1),
    "nan": ("NaN", 1),
    "no-url": ('{"vcs_info": {}}', 1),
    "url-number": ('{"url": 1, "vcs_info": {}}', 1),
    "url-broken": ('{"url": "https://[broken", "archive_info": {}}', 1),
    "url-nul": ('{"url": "file:///a\\u0000b", "dir_info": {}}', 1),
    "url-percent-nul": ('{"url": "file:///a%00b", "dir_info": {}}', 1),
    "url-climbs": ('{"url": "file:///../../../../etc/passwd", "dir_info": {}}', 1),
    "url-escape": ('{"url": "https://h.example/\\u001b[31m", "archive_info": {}}', 1),
    "url-bidi": ('{"url": "https://h.example/\\u202e", "archive_info": {}}', 1),
    "url-surrogate": ('{"url": "https://h.example/\\ud800", "archive_info": {}}', 1),
    "url-newline": ('{"url": "https://h.example/\\n::error::x", "archive_info": {}}', 1),
    "url-long": (f'{{"url": "https://h.example/{"x" * 500_000}", "archive_info": {{}}}}', 1),
    "url-path-long": (f'{{"url": "file:///{"x/" * 100_000}", "dir_info": {{}}}}', 1),
    "url-bad-port": ('{"url": "https://h.example:99999999/x", "archive_info": {}}', 1),
    "no-info": ('{"url": "https://git.example/gamma"}', 1),
    "two-infos": ('{"url": "https://git.example/gamma", "vcs_info": {}, "dir_info": {}}', 1),
    "info-list": ('{"url": "https://git.example/gamma", "vcs_info": []}', 1),
    "vcs-number": ('{"url": "https://git.example/gamma", "vcs_info": {"vcs": 1}}', 1),
    "vcs-other": (GIT_ORIGIN.replace('"git"', '"svn"'), 1),
    "commit-list": (GIT_ORIGIN.replace(f'"{COMMIT}"', "[]"), 1),
    "commit-other": (GIT_ORIGIN.replace(COMMIT, "f" * 40), 1),
    "commit-escape": (GIT_ORIGIN.replace(COMMIT, "\\u001b[31m"), 1),
    "subdirectory-list": (GIT_ORIGIN.replace("{", '{"subdirectory": [], ', 1), 1),
    "subdirectory-climbs": (GIT_ORIGIN.replace("{", '{"subdirectory": "../../..", ', 1), 1),
    "deep": (large("[", 500_000), 1),
    "deep-objects": (large('{"a":', 100_000), 1),
    "digits": (f'{{"url": {"9" * 100_000}}}', 1),
    "large": (large(" ", 2_000_000, after=GIT_ORIGIN), 1),
    "huge": (sparse(1024**4), 1),
    "utf-16": (GIT_ORIGIN.encode("utf-16"), 0),
    "directory": (folder, 1),
    "pipe": (fifo, 1),
    "link-loop": (link("direct_url.json"), 1),
    "zeros": (link("/dev/zero"), 1),
}
OTHER: dict[str, tuple[dict[str, Content], int]] = {
    "installer-escape": ({f"{ALPHA}/INSTALLER": "\x1b[31m\n", f"{ALPHA}/METADATA": dist("alpha", "2")}, 1),
    "installer-pipe": ({f"{ALPHA}/INSTALLER": fifo}, 0),
    "installer-huge": ({f"{ALPHA}/INSTALLER": sparse(1024**4)}, 0),
    "installer-binary": ({f"{ALPHA}/INSTALLER": bytes(range(256))}, 0),
    "installer-directory": ({f"{ALPHA}/INSTALLER": folder}, 0),
    "record-missing": ({f"{ALPHA}/RECORD": absent}, 0),
    "record-pipe": ({f"{ALPHA}/RECORD": fifo}, 3),
    "record-huge": ({f"{ALPHA}/RECORD": sparse(1024**4)}, 3),
    "record-climbs": ({f"{ALPHA}/RECORD": f"../../../etc/passwd,,\n{RECORDED}"}, 0),
    "record-of-nothing": ({f"{ALPHA}/RECORD": "../../../etc/passwd,,\n"}, 3),
    "requested-pipe": ({f"{ALPHA}/REQUESTED": fifo}, 0),
    "requested-directory": ({f"{ALPHA}/REQUESTED": folder}, 0),
    "entry-points-binary": ({f"{ALPHA}/entry_points.txt": bytes(range(256))}, 0),
    "entry-points-pipe": ({f"{ALPHA}/entry_points.txt": fifo}, 0),
    "entry-points-huge": ({f"{ALPHA}/entry_points.txt": sparse(1024**4)}, 0),
    "folder-is-a-file": ({ALPHA: absent, f"{ALPHA}/..keep": "", "{site}/beta-9.dist-info": "x"}, 1),
    "folder-is-a-pipe": ({"{site}/omega-1.0.dist-info": fifo}, 1),
    "folder-is-a-loop": ({"{site}/omega-1.0.dist-info": link("omega-1.0.dist-info")}, 1),
    "folder-empty": ({"{site}/omega-1.0.dist-info": folder}, 1),
    "folder-nameless": ({"{site}/.dist-info/METADATA": ""}, 1),
    "folder-dashes": ({"{site}/---.dist-info/METADATA": ""}, 1),
    "folder-escape": ({"{site}/\x1b[31m-1.dist-info/METADATA": ""}, 1),
    "folder-newline": ({"{site}/a\nb-1.dist-info/METADATA": ""}, 1),
    "folder-bidi": ({"{site}/\u202ea-1.dist-info/METADATA": ""}, 1),
    "folder-not-utf-8": ({"{site}/\udcff-1.dist-info/METADATA": ""}, 1),
    "folder-crowded": ({ALPHA: entries(lambda n: f"f{n}", 20_000)}, 0),
    "twice": ({"{site}/Alpha-1.0.dist-info/METADATA": dist("Alpha", "1.0")}, 1),
    "leftover": ({"{site}/~lpha": folder}, 0),
    "leftover-escape": ({"{site}/~\x1b[31m": folder}, 0),
    "egg-info-file": ({"{site}/old-1.0.egg-info": dist("old", "1.0")}, 1),
    "egg-info-pipe": ({"{site}/old-1.0.egg-info": fifo}, 1),
    "egg-info-empty": ({"{site}/old-1.0.egg-info": ""}, 1),
    "egg-info-loop": ({"{site}/old-1.0.egg-info": link("old-1.0.egg-info")}, 1),
    "egg-info-huge": ({"{site}/old-1.0.egg-info": sparse(1024**4)}, 1),
    "egg-zipped": ({"{site}/old-1.0-py3.11.egg": b"PK\x03\x04" + bytes(100)}, 1),
    "egg-folder": ({"{site}/old-1.0-py3.11.egg/EGG-INFO/PKG-INFO": dist("old", "1.0")}, 1),
    "egg-link": ({"{site}/old.egg-link": "/nowhere\n."}, 1),
    "egg-link-empty": ({"{site}/old.egg-link": ""}, 1),
    "egg-link-nul": ({"{site}/old.egg-link": b"/a\0b\n"}, 1),
    "egg-link-climbs": ({"{site}/old.egg-link": "../" * 1_000 + "etc\n"}, 1),
    "egg-link-loop": ({"{site}/old.egg-link": link("old.egg-link")}, 1),
    "egg-link-pipe": ({"{site}/old.egg-link": fifo}, 1),
    "egg-link-device": ({"{site}/old.egg-link": "/dev/zero\n"}, 1),
    "egg-link-escape": ({"{site}/old.egg-link": "/\x1b[31m\n"}, 1),
    "pth-code": ({"{site}/a.pth": "import os; os.mkdir('owned')\n"}, 0),
    "pth-code-tab": ({"{site}/a.pth": "import\tos; os.mkdir('owned')\n"}, 0),
    "pth-sitecustomize": ({"{site}/sitecustomize.py": "open('owned', 'w')\n"}, 0),
    "pth-usercustomize": ({"{site}/usercustomize.py": "open('owned', 'w')\n"}, 0),
    "module-json": ({"{site}/json.py": "open('owned', 'w')\n", "json.py": "open('owned', 'w')\n"}, 0),
    "pth-huge": ({"{site}/a.pth": sparse(1024**4)}, 3),
    "pth-long": ({"{site}/a.pth": large("x" * 80 + "\n", 12_000)}, 0),
    "pth-many-folders": (
        {
            "{site}/a.pth": many(lambda n: f"d{n}\n", 1_500),
            **{f"{{site}}/d{n}": folder for n in range(1_500)},
        },
        3,
    ),
    "pth-binary": ({"{site}/a.pth": bytes(range(256)) * 100}, 0),
    "pth-nul": ({"{site}/a.pth": b"/a\0b\n"}, 0),
    "pth-pipe": ({"{site}/a.pth": fifo}, 3),
    "pth-directory": ({"{site}/a.pth": folder}, 3),
    "pth-loop": ({"{site}/a.pth": link("a.pth")}, 3),
    "pth-dangling": ({"{site}/a.pth": link("nowhere")}, 0),
    "pth-itself": ({"{site}/a.pth": ".\n"}, 0),
    "pth-root": ({"{site}/a.pth": "/\n"}, 0),
    "pth-proc": ({"{site}/a.pth": "/proc/self/fd\n"}, 0),
    "pth-climbs": ({"{site}/a.pth": "../" * 2_000 + "\n"}, 0),
    "pth-escape-name": ({"{site}/\x1b[31m.pth": fifo}, 3),
    "pth-editable-odd": ({"{site}/__editable__.-.pth": "x\n", "{site}/__editable__.a-1.pth": "x\n"}, 0),
    "fifty-thousand-entries": ({"{site}": entries(lambda n: f"m{n}.py", 50_000)}, 0),
    "case-odd": ({"{site}/ALPHA_x-1.0.DIST-INFO/METADATA": dist("alpha_x", "1.0")}, 1),
    "unicode-files": ({"{site}/日本語.py": "", "{site}/é": folder}, 0),
    "missing": ({"{site}": absent}, 3),
    "a-file": ({"{site}": instead("x")}, 3),
    "a-loop": ({"{site}": link("site-packages")}, 3),
}


def _crowd(path: Path) -> None:
    for number in range(2_000):
        own = path / f"p{number}-1.0.dist-info"
        own.mkdir()
        (own / "METADATA").write_text(dist(f"p{number}", "1.0"))


def rows() -> Iterator[Row]:
    """Yield them all."""
    check = ("check",)
    for name, (content, code) in METADATA.items():
        yield Row(
            group="METADATA",
            name=name,
            files={f"{ALPHA}/METADATA": content},
            words=check,
            exit=code,
            seconds=SOON,
        )
    for name, content in NO_FILE.items():
        yield Row(
            group="METADATA", name=f"is-{name}", files={f"{ALPHA}/METADATA": content}, says="METADATA", exit=1
        )
        yield Row(group="WHEEL", name=f"is-{name}", files={f"{ALPHA}/WHEEL": content}, says="WHEEL", exit=1)
    for name, (content, code) in WHEEL.items():
        yield Row(group="WHEEL", name=name, files={f"{ALPHA}/WHEEL": content}, exit=code, seconds=SOON)
    for name, (content, code) in ORIGIN.items():
        yield Row(group="direct_url.json", name=name, files={GAMMA: content}, exit=code)
    for name, (files, code) in OTHER.items():
        yield Row(group="site-packages", name=name, files=files, exit=code, seconds=SOON)
    yield Row(group="site-packages", name="crowd", files={"{site}": _crowd}, exit=1, seconds=SOON, slow=True)
    yield Row(
        group="site-packages",
        name="unlisted",
        files={"{site}": mode(0o000)},
        says="cannot be listed",
        plain=True,
    )
    yield Row(
        group="METADATA",
        name="unreadable",
        files={f"{ALPHA}/METADATA": mode(0)},
        says="cannot",
        exit=1,
        plain=True,
    )
    yield Row(
        group="direct_url.json", name="unreadable", files={GAMMA: mode(0)}, says="cannot", exit=1, plain=True
    )
    yield Row(
        group="METADATA",
        name="no-exec",
        files={f"{ALPHA}/METADATA": fifo},
        words=("check", "--no-exec"),
        exit=1,
    )
    near: dict[str, dict[str, Content]] = {
        "crlf": {f"{ALPHA}/METADATA": dist("alpha", "1.0").replace("\n", "\r\n")},
        "byte-order-mark": {f"{ALPHA}/METADATA": b"\xef\xbb\xbf" + dist("alpha", "1.0").encode()},
        "description-of-bytes": {
            f"{ALPHA}/METADATA": dist("alpha", "1.0").encode() + b"\n\xff\xfe\0" * 1_000
        },
        "description-large": {
            f"{ALPHA}/METADATA": large("x\n", 3_000_000, before=dist("alpha", "1.0") + "\n")
        },
        "link-to-a-file": {
            f"{ALPHA}/METADATA": link("../beta-2.0.dist-info/../alpha-1.0.dist-info/REAL"),
            f"{ALPHA}/REAL": dist("alpha", "1.0"),
        },
        "tags-compressed": {f"{ALPHA}/WHEEL": "Tag: py2.py3-none-any\n"},
        "origin-with-unknown-keys": {GAMMA: GIT_ORIGIN.replace("{", '{"x": [1, {}], ', 1)},
        "origin-with-user": {DELTA: URL_ORIGIN.replace("https://", f"https://ann:{SECRET}@")},
        "name-in-other-case": {f"{ALPHA}/METADATA": dist("ALPHA", "1.0")},
        "version-written-otherwise": {f"{ALPHA}/METADATA": dist("alpha", "1.0.0")},
    }
    for name, files in near.items():
        group = "WHEEL" if name.startswith("tags") else "site-packages"
        yield Row(group=group, name=f"odd-{name}", files=files, exit=0)

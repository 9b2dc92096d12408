"""Requirements files, as the lock of `check` and as what `lint` reads."""

from collections.abc import Iterator

from tests.proofs.hostile.row import (
    SECRET,
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
from tests.proofs.hostile.stage import COMMIT, REQUIREMENTS

GROUP = "requirements"
FILE = "requirements.txt"
SOON = 3.0

# What cannot be read at all: one line, exit 3, from `lint` and from `check`.
REFUSED: dict[str, tuple[Content, str]] = {
    "nul": ("alpha==1.0\n\0\n", "requirements.txt:2: holds a NUL character"),
    "utf-16-unmarked": ("alpha==1.0\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
    "latin-1": ("# é\n".encode("latin-1"), "requirements.txt:1: not UTF-8"),
    "binary": (bytes(range(256)) * 100, "requirements.txt:"),
    "encoding-unknown": ("# -*- coding: klingon -*-\n", "requirements.txt:1: declares an encoding"),
    "encoding-no-text": ("# coding: hex\nalpha==1\n", "requirements.txt:1"),
    "encoding-slow": (b"# coding: punycode\n" + b"a-" * 500_000, "requirements.txt:1: declares an encoding"),
    "conflict": (
        "<<<<<<< HEAD\nalpha==1.0\n=======\nalpha==2\n>>>>>>> x\n",
        "requirements.txt:1: holds a merge",
    ),
    "directory": (folder, FILE),
    "pipe": (fifo, "is not a file"),
    "zeros": (link("/dev/zero"), "is not a file"),
    "tty": (link("/dev/tty"), "is not a file"),
    "link-loop": (link(FILE), FILE),
    "link-dangling": (link("nowhere"), "no such file"),
    "missing": (absent, "no such file"),
    "1-tebibyte": (sparse(1024**4), "larger than 8 MiB"),
    "a-million-lines": (large("alpha==1.0\n", 1_000_000), "larger than 8 MiB"),
    "a-million-blank-lines": (large("\n", 1_000_000), "more than 200,000 lines"),
    "many-requirements": (many(lambda n: f"p{n}==1\n", 100_000), "more than 5,000 requirements"),
    "50-mebibytes-on-a-line": (large("a", 50_000_000), "larger than 8 MiB"),
    "long-line": (large("a", 7_000_000), "requirements.txt:1: a line of more than"),
    "endless-continuation": (large("a \\\n", 190_000), "requirements.txt:1: a line of more than"),
    "includes-itself": ("-r requirements.txt\n", "leads back to a file"),
    "includes-nothing": ("-r nowhere.txt\n", "nowhere.txt: no such file"),
    "includes-a-folder": ("-r ../app\n", "is a directory"),
    "includes-a-device": ("-r /dev/zero\n", "is not a file"),
    "includes-stdin": ("-r /dev/stdin\n", "requirements.txt:1"),
    "includes-a-nul-url": ("-r file:///%00\n", "requirements.txt:1"),
    "includes-a-broken-url": ("-r file://[x/a.txt\n", "requirements.txt:1"),
    "includes-a-long-name": (f"-r {'x' * 5_000}\n", "requirements.txt:1"),
    "includes-the-network": ("-r http://ann:" + SECRET + "@files.example/r.txt\n", "nothing is fetched"),
    "constrains-by-the-network": (
        "-c https://files.example/r.txt?token=" + SECRET + "\n",
        "nothing is fetched",
    ),
    "includes-a-shadow": ("-r ../../../../../../../../../../etc/hostname/x\n", "requirements.txt:1"),
    "variable-too-long": ("${BIG}" * 30_000 + "\n", "requirements.txt:1: a line too long"),
}

# What pip would refuse line by line: a finding, exit 1.
FOUND: dict[str, tuple[Content, str]] = {
    "escape-sequence": ("\x1b[31mred\x1b[0m\n", "\\x1b[31m"),
    "bidi-override": ("alpha\u202e==1.0\n", "\\u202e"),
    "workflow-command": ("::error::injected\n", "DG201"),
    "vertical-tab": ("alpha\x0bbeta\n", "DG201"),
    "line-separator": ("alpha\u2028beta\n", "DG201"),
    "path-that-climbs": ("../../../../../../etc/passwd\n", "DG201"),
    "path-with-a-long-name": (f"./{'x' * 5_000}\n", "DG201"),
    "option-unknown": ("--frobnicate\n", "DG201"),
    "option-without-value": ("--index-url\n", "DG201"),
    "hash-bomb": (large("--hash=sha256:" + "0" * 64 + " ", 3_000, before="alpha "), "DG201"),
    "hash-bad": ("alpha==1.0 --hash=md5:00\n", "DG201"),
    "marker-nested": (f"alpha==1.0 ; {'(' * 4_000}os_name == 'x'{')' * 4_000}\n", "DG201"),
    "marker-broken": ("alpha==1.0 ; oops\n", "DG201"),
    "marker-open-quote": ("alpha==1.0 ; os_name == 'x\n", "DG201"),
    "version-of-digits": (f"alpha=={'9' * 7_000}\n", "alpha"),
    "version-epoch-of-digits": (f"alpha=={'9' * 7_000}!1\n", "alpha"),
    "specifier-of-digits": (f"alpha>={'9' * 7_000}\n", "DG201"),
    "clauses": ("alpha" + ",".join([">=1.0"] * 1_000) + "\n", "DG201"),
    "url-broken": ("alpha @ https://[broken/a.zip\n", "DG201"),
    "url-with-nul": ("alpha @ file:///%00\n", "DG201"),
    "url-of-javascript": ("alpha @ javascript:alert(1)\n", "DG201"),
    "url-with-bad-port": ("alpha @ https://h.example:99999999/a.zip\n", "alpha"),
    "wheel-name-broken": ("https://h.example/--.whl\n", "DG201"),
    "editable-climbs": ("-e ../../../../../..\n", "DG201"),
    "editable-empty": ("-e ''\n", "DG201"),
    "editable-url": ("-e git+https://[x/a#egg=a\n", "DG201"),
    "continuation-at-the-end": ("alpha \\", "DG201"),
    "open-quote": ("alpha==1.0 --config-settings 'a\n", "DG201"),
    "variable-unset": ("${NOT_SET}==1.0\n", "DG201"),
    "variable-of-a-secret": ("${TOKEN}\n", "DG201"),
    "variable-of-a-secret-version": ("alpha==${TOKEN}\n", "DG201"),
    "variable-of-a-secret-option": ("--${TOKEN}\n", "DG201"),
    "suppression-broken": ("alpha==1.0 # driftguard: ignore\n", "DG201"),
    "name-of-dots": ("...==1\n", "DG201"),
    "name-in-unicode": ("\uff41lpha==1.0\n", "DG201"),
    "name-of-100-kilobytes": ("a" * 100_000 + "==1\n", "DG201"),
    "brackets": ("./" + "[" * 8_000 + "]\n", "DG201"),
    "ranges": (many(lambda n: f"p{n}>=1.{n}\n", 4_900), "DG201"),
    "alternatives": ("a>1; " + " or ".join(["os_name=='x'"] * 400) + "\n", "DG201"),
}

PINNED = ("version-of-digits", "version-epoch-of-digits", "url-with-bad-port")
"""Those of them that pin something, if nothing that exists: `lint` has nothing to say."""

# What looks odd and is what pip takes.
NEAR: dict[str, Content] = {
    "empty": "",
    "only-comments": "# a\n   # b\n\n",
    "windows-line-ends": REQUIREMENTS.replace("\n", "\r\n"),
    "byte-order-mark": b"\xef\xbb\xbf" + REQUIREMENTS.encode(),
    "utf-16-marked": REQUIREMENTS.encode("utf-16"),
    "utf-32-marked": REQUIREMENTS.encode("utf-32"),
    "encoding-declared": "# -*- coding: latin-1 -*-\n# é\n".encode("latin-1") + REQUIREMENTS.encode(),
    "continuations": REQUIREMENTS.replace("==", " \\\n == \\\n "),
    "comment-with-a-backslash": "# see C:\\\n" + REQUIREMENTS,
    "names-in-other-case": REQUIREMENTS.replace("alpha", "ALPHA"),
    "line-twice": REQUIREMENTS + "alpha==1.0\n",
    "marker-never": REQUIREMENTS + "winonly==1.0 ; sys_platform == 'win32'\n",
    "hashes": REQUIREMENTS.replace("alpha==1.0", "alpha==1.0 --hash=sha256:" + "0" * 64),
    "options": "--pre\n--no-index\n-f ./wheels\n" + REQUIREMENTS,
    "index-with-user": f"-i https://ann:{SECRET}@index.example/simple\n" + REQUIREMENTS,
    "link-to-a-file": behind_a_link,
    "no-final-newline": REQUIREMENTS.rstrip("\n"),
    "equals-signs-of-a-title": "# title\n# =======\n" + REQUIREMENTS,
    "triple-equals": REQUIREMENTS.replace("alpha==1.0", "alpha===1.0"),
    "commit-in-capitals": REQUIREMENTS.replace(COMMIT, COMMIT.upper()),
}
VARIABLES = {"BIG": "x" * 100_000, "TOKEN": SECRET}


def rows() -> Iterator[Row]:
    """Yield them all, as the lock and as what is linted."""
    for command in ("lint", "check"):
        words = (command, FILE) if command == "lint" else (command, "--lock", FILE)

        slow = command == "check"

        def row(
            name: str,
            content: Content,
            says: str,
            code: int,
            words: tuple[str, ...] = words,
            slow: bool = slow,
        ) -> Row:
            named = f"{words[0]}-{name}"
            files = {FILE: content}
            return Row(
                group=GROUP,
                name=named,
                files=files,
                words=words,
                says=says,
                exit=code,
                variables=VARIABLES,
                slow=slow,
                seconds=SOON,
            )

        yield from (row(name, content, says, 3) for name, (content, says) in REFUSED.items())
        for name, (content, says) in FOUND.items():
            quiet = command == "lint" and name in PINNED
            yield row(name, content, "" if quiet else says, 0 if quiet else 1)
        if command == "lint":
            yield from (row(name, content, "", 0) for name, content in NEAR.items())
    yield from (
        Row(
            group=GROUP,
            name=f"check-{name}",
            files={FILE: NEAR[name]},
            words=("check", "--lock", FILE),
            exit=0,
        )
        for name in NEAR
        if name not in ("empty", "only-comments")
    )
    yield Row(
        group=GROUP,
        name="unreadable",
        files={FILE: mode(0o000)},
        words=("lint", FILE),
        says="Permission",
        plain=True,
    )
    yield Row(
        group=GROUP,
        name="includes-double",
        files={
            FILE: "-r r0.txt\n",
            **{f"r{n}.txt": f"-r r{n + 1}.txt\n-r r{n + 1}.txt\n" for n in range(30)},
            "r30.txt": "alpha==1\n",
        },
        words=("lint", FILE),
        says="one include too many",
    )
    yield Row(
        group=GROUP,
        name="includes-a-secret-file",
        files={FILE: "-r .netrc\n", ".netrc": f"machine h.example login ann password {SECRET}\n"},
        words=("lint", FILE),
        exit=1,
    )
    yield Row(
        group=GROUP,
        name="includes-a-token",
        files={FILE: "-r ../token\n", "../token": f"{SECRET}\n"},
        words=("lint", FILE),
        exit=1,
    )
    yield Row(
        group=GROUP,
        name="check-includes-a-token",
        files={FILE: "-r ../token\n", "../token": f"{SECRET}\n"},
        words=("check", "--lock", FILE, "--format", "json"),
        says="line 1",
        exit=1,
    )
    yield Row(
        group=GROUP,
        name="odd-include-without-a-suffix",
        files={FILE: "-r base\n-c constraints.txt\n", "base": "alpha\n", "constraints.txt": "alpha==1.0\n"},
        words=("lint", FILE),
        exit=0,
    )
    yield Row(
        group=GROUP,
        name="includes-a-password-as-version",
        files={FILE: "-r .env\n", ".env": f"password=={SECRET}\n"},
        words=("lint", FILE, "--format", "json"),
        exit=1,
    )

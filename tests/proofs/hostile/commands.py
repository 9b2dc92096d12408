"""The command line and what surrounds it: options, variables, working directories, streams, reports."""

from collections.abc import Iterator

from tests.proofs.hostile.row import Content, Row, fifo, folder, link, mode

LONG = "x" * 100_000
ESCAPE = "\x1b[31m"
JUDGED = ("preflight", "--select", "DG1")
"""Of these environments only the metadata is there."""

OPTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "nothing": ((), "hint: "),
    "command-unknown": (("frobnicate",), "frobnicate"),
    "command-empty": (("",), "hint: "),
    "command-escape": ((ESCAPE,), "\\x1b[31m"),
    "command-twice": (("check", "check"), "unrecognized arguments"),
    "option-unknown": (("check", "--frobnicate"), "unrecognized arguments"),
    "option-escape": (("check", f"--{ESCAPE}"), "\\x1b[31m"),
    "option-long": (("check", f"--{LONG}"), "unrecognized arguments"),
    "option-without-value": (("check", "--lock"), "expected one argument"),
    "option-ambiguous": (("check", "--no"), "ambiguous"),
    "lock-empty": (("check", "--lock", ""), "hint: "),
    "lock-nowhere": (("check", "--lock", "nowhere"), "no such file"),
    "lock-newline": (("check", "--lock", "a\nhint: all is well"), "a\\nhint"),
    "lock-escape": (("check", "--lock", ESCAPE), "\\x1b[31m"),
    "lock-long": (("check", "--lock", LONG), "xxx"),
    "lock-device": (("check", "--lock", "/dev/zero"), "is not a file"),
    "lock-stdin": (("check", "--lock", "/dev/stdin"), "/dev/stdin"),
    "lock-self": (("check", "--lock", "/proc/self/mem"), "/proc/self/mem"),
    "lock-toml": (("check", "--lock", "pyproject.toml"), "a format that is not read"),
    "lock-surrogate": (("check", "--lock", "\udcff"), "no such file"),
    "python-empty": (("check", "--python", ""), "--python"),
    "python-nowhere": (("check", "--python", "nowhere"), "not on PATH"),
    "python-newline": (("check", "--python", "./a\nb"), "a\\nb"),
    "python-escape": (("check", "--python", f"./{ESCAPE}"), "\\x1b[31m"),
    "python-long": (("check", "--python", f"./{LONG}"), "--python"),
    "python-device": (("check", "--python", "/dev/zero"), "/dev/zero"),
    "python-text": (("check", "--python", "uv.lock"), "uv.lock"),
    "python-dashes": (("check", "--python", "--lock"), "expected one argument"),
    "extra-empty": (("check", "--extra", ""), "is not a name"),
    "extra-escape": (("check", "--extra", ESCAPE), "is not a name"),
    "extra-long": (("check", "--extra", LONG), "extra `xxx"),
    "extra-unknown": (("check", "--extra", "nope"), "hint: it has `plot`"),
    "extra-climbs": (("check", "--extra", "../x"), "is not a name"),
    "no-extra-unknown": (("check", "--no-extra", "nope"), "is not in"),
    "group-unknown": (("check", "--group", "nope"), "hint: it has `dev`"),
    "group-empty": (("check", "--group", ""), "is not a name"),
    "no-group-unknown": (("check", "--no-group", "nope"), "is not in"),
    "only-group-unknown": (("check", "--only-group", "nope"), "is not in"),
    "only-group-and-extra": (("check", "--only-group", "dev", "--extra", "plot"), "no other group"),
    "only-dev-and-group": (("check", "--only-dev", "--group", "dev"), "no other group"),
    "no-install-package-climbs": (("check", "--no-install-package", "../x"), "is not a name"),
    "package-unknown": (("check", "--package", "nope"), "is not a workspace member"),
    "package-empty": (("check", "--package", ""), "is not a name"),
    "package-and-all": (("check", "--package", "app", "--all-packages"), "contradict"),
    "extras-and-extra": (("check", "--all-extras", "--extra", "plot"), "contradict"),
    "select-unknown": (("check", "--select", "E501"), "E501"),
    "select-empty": (("check", "--select", "nope,"), "nope"),
    "select-escape": (("check", "--select", ESCAPE), "\\x1b[31m"),
    "select-long": (("check", "--select", LONG), "xxx"),
    "select-nothing-left": (("check", "--select", "DG201"), "looks at the environment"),
    "ignore-unknown": (("check", "--ignore", "E501"), "E501"),
    "ignore-everything": (("check", "--ignore", "DG1,DG3,DG5"), "no rule is left"),
    "fail-on-unknown": (("check", "--fail-on", "never"), "invalid choice"),
    "fail-on-empty": (("check", "--fail-on", ""), "invalid choice"),
    "format-unknown": (("check", "--format", "xml"), "invalid choice"),
    "format-escape": (("check", "--format", ESCAPE), "invalid choice"),
    "flag-with-value": (("check", "--active=yes"), "ignored explicit argument"),
    "report-no-suffix": (("check", "--report", "out"), "no format for"),
    "report-empty": (("check", "--report", ""), "no format for"),
    "report-suffix-unknown": (("check", "--report", "out.exe"), "no format for"),
    "report-escape": (("check", "--report", ESCAPE), "\\x1b[31m"),
    "report-in-a-file": (("check", "--report", "uv.lock/out.json"), "cannot be written"),
    "report-in-proc": (("check", "--report", "/proc/out.json"), "cannot be written"),
    "report-long": (("check", "--report", f"{LONG}.json"), "xxx"),
    "report-second-bad": (("check", "--report", "out.json", "--report", "/proc/x.md"), "cannot be written"),
    "lint-nothing": (("lint",), "required"),
    "lint-empty": (("lint", ""), "hint: "),
    "lint-nowhere": (("lint", "nowhere.txt"), "no such file"),
    "lint-lock": (("lint", "uv.lock"), "is not linted"),
    "lint-toml": (("lint", "pyproject.toml"), "is not linted"),
    "lint-escape": (("lint", f"{ESCAPE}.txt"), "\\x1b[31m"),
    "lint-folder": (("lint", ".."), "is a directory"),
    "lint-select": (("lint", "requirements.txt", "--select", "DG101"), "judges requirements only"),
    "preflight-nothing": (("preflight", "--"), "no command stands behind"),
    "preflight-empty": (("preflight", "--", ""), "no command stands behind"),
    "preflight-nowhere": ((*JUDGED, "--", "/no/such"), "could not be started"),
    "preflight-folder": ((*JUDGED, "--", "/"), "could not be started"),
    "preflight-escape": ((*JUDGED, "--", ESCAPE), "\\x1b[31m"),
    "preflight-unasked": (("preflight", "echo"), "unrecognized arguments"),
    "rule-unknown": (("rule", "DG999"), "DG999"),
    "rule-escape": (("rule", ESCAPE), "\\x1b[31m"),
    "rule-climbs": (("rule", "../../etc/passwd"), "etc/passwd"),
}
ACCEPTED: dict[str, tuple[str, ...]] = {
    "help": ("--help",),
    "version": ("--version",),
    "lock-twice": ("check", "--lock", "nowhere", "--lock", "uv.lock"),
    "lock-folder": ("check", "--lock", "."),
    "lock-climbs-back": ("check", "--lock", "../app/uv.lock"),
    "python-folder": ("check", "--python", ".venv"),
    "python-slash": ("check", "--python", ".venv/"),
    "python-program": ("check", "--python", ".venv/bin/python"),
    "extra-twice": ("check", "--extra", "plot", "--extra", "PLOT"),
    "extra-many": ("check", *("--extra", "plot") * 1_000),
    "no-dev-and-group": ("check", "--no-dev", "--group", "dev"),
    "every-switch": (
        "check",
        "--all-extras",
        "--all-groups",
        "--no-editable",
        "--no-install-project",
        "--no-install-workspace",
        "--dev",
        "--no-cache",
    ),
    "select-blanks": ("check", "--select", " DG1 , , DG201 "),
    "report-twice": ("check", "--report", "out.json", "--report", "out.json"),
    "report-every": ("check", "--report", "a.txt", "--report", "b.json", "--report", "c.md"),
    "lint-twice": ("lint", "requirements.txt", "./requirements.txt"),
    "preflight": (*JUDGED, "--", "true"),
    "preflight-dashes": (*JUDGED, "--", "echo", "--", "--lock"),
}
SURROUNDED: dict[str, tuple[dict[str, str | None], int, str]] = {
    "no-color-odd": ({"NO_COLOR": "", "FORCE_COLOR": "1", "TERM": "dumb"}, 0, ""),
    "columns-odd": ({"COLUMNS": "-1", "LINES": "x"}, 0, ""),
    "columns-huge": ({"COLUMNS": "9" * 5_000}, 0, ""),
    "home-unset": ({"HOME": None, "DRIFTGUARD_CACHE_DIR": None, "XDG_CACHE_HOME": None}, 0, ""),
    "home-relative": ({"HOME": "x", "DRIFTGUARD_CACHE_DIR": None, "XDG_CACHE_HOME": None}, 0, ""),
    "home-device": ({"HOME": "/dev/null", "DRIFTGUARD_CACHE_DIR": None, "XDG_CACHE_HOME": None}, 0, ""),
    "xdg-relative": ({"HOME": "/dev/null", "DRIFTGUARD_CACHE_DIR": None, "XDG_CACHE_HOME": "x"}, 0, ""),
    "xdg-device": ({"DRIFTGUARD_CACHE_DIR": None, "XDG_CACHE_HOME": "/dev/full"}, 0, ""),
    "virtual-env-elsewhere": ({"VIRTUAL_ENV": "/nowhere"}, 0, ""),
    "virtual-env-long": ({"VIRTUAL_ENV": "x" * 50_000}, 0, ""),
    "path-unset": ({"PATH": None}, 0, ""),
    "path-odd": ({"PATH": "::/dev/null:\n"}, 0, ""),
    "locale-c": ({"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, 0, ""),
    "encoding-ascii": ({"PYTHONIOENCODING": "ascii"}, 0, ""),
    "pwd-lies": ({"PWD": "/nowhere"}, 0, ""),
    "uv-no-dev": ({"UV_NO_DEV": "1"}, 0, ""),
    "uv-no-dev-odd": ({"UV_NO_DEV": "\x1b[31m"}, 0, ""),
    "uv-no-group": ({"UV_NO_GROUP": "dev dev"}, 0, ""),
    "uv-no-group-unknown": ({"UV_NO_GROUP": "nope"}, 3, "group `nope` is not in"),
    "uv-no-group-escape": ({"UV_NO_GROUP": ESCAPE}, 3, "\\x1b[31m"),
    "uv-project-environment-nowhere": ({"UV_PROJECT_ENVIRONMENT": "nowhere"}, 3, "UV_PROJECT_ENVIRONMENT"),
    "uv-project-environment-escape": ({"UV_PROJECT_ENVIRONMENT": ESCAPE}, 3, "\\x1b[31m"),
    "uv-project-environment-long": ({"UV_PROJECT_ENVIRONMENT": "x/" * 20_000}, 3, "cannot be looked up"),
    "uv-project-environment-root": ({"UV_PROJECT_ENVIRONMENT": "/dev/null"}, 3, "UV_PROJECT_ENVIRONMENT"),
    "traceback-unasked": ({"DRIFTGUARD_TRACEBACK": ""}, 0, ""),
    "source-date": ({"TZ": "Nowhere/Odd", "SOURCE_DATE_EPOCH": "x"}, 0, ""),
    "python-path": ({"PYTHONPATH": "."}, 0, ""),
    "tmpdir-nowhere": ({"TMPDIR": "/nowhere"}, 0, ""),
}
STREAMS = {
    "stdin-closed": ('exec "$@" <&-', 0, ""),
    "stdout-closed": ('exec "$@" >&-', 0, ""),
    "stderr-closed": ('exec "$@" 2>&-', 0, ""),
    "all-closed": ('exec "$@" <&- >&- 2>&-', 0, ""),
    "stdout-full": ('exec "$@" >/dev/full', 3, "standard output cannot be written"),
    "stderr-full": ('exec "$@" --lock nowhere 2>/dev/full', 3, ""),
    "stdout-read-only": ('exec "$@" 1</dev/null', 3, ""),
    "pipe-broken": ('"$@" | true; exit ${PIPESTATUS[0]}', 3, ""),
    "folder-gone": ('mkdir gone && cd gone && rmdir ../gone && exec "$@"', 3, "driftguard"),
    "folder-of-odd-name": ("mkdir -p $'a\\n\\x1b[31mb' && cd $'a\\n\\x1b[31mb' && exec \"$@\"", 0, ""),
    "umask": ('umask 777; exec "$@"', 0, ""),
    "few-files": ('ulimit -n 16; exec "$@"', 0, ""),
    "no-file-size": ('ulimit -f 0; exec "$@"', 0, ""),
    "little-memory": ('ulimit -v 400000; exec "$@"', 0, ""),
}
REPORTS: dict[str, tuple[Content, int, str]] = {
    "directory": (folder, 3, "cannot be written"),
    "pipe": (fifo, 0, ""),
    "link-dangling": (link("nowhere"), 0, ""),
    "link-loop": (link("out.json"), 0, ""),
    "link-to-the-lock": (link("uv.lock"), 0, ""),
    "read-only": (mode(0o400, "old"), 0, ""),
}


def rows() -> Iterator[Row]:
    """Yield them all."""
    for name, (words, says) in OPTIONS.items():
        yield Row(group="command line", name=name, words=words, says=says)
    for name, words in ACCEPTED.items():
        yield Row(group="command line", name=f"odd-{name}", words=words, exit=0)
    for name, (variables, code, says) in SURROUNDED.items():
        yield Row(group="variables", name=name, variables=variables, exit=code, says=says, makes="x")
    yield Row(
        group="variables",
        name="virtual-env-nowhere",
        variables={"VIRTUAL_ENV": "/nowhere"},
        words=("check", "--active"),
        says="VIRTUAL_ENV",
    )
    for name, (shell, code, says) in STREAMS.items():
        hidden = "closed" in name or name in ("stderr-full", "pipe-broken", "stdout-read-only")
        yield Row(
            group="streams", name=name, shell=shell, exit=code, says=says, silent=hidden, makes="a\n\x1b[31mb"
        )
    for name, (content, code, says) in REPORTS.items():
        words = ("check", "--report", "out.json")
        yield Row(group="report", name=name, files={"out.json": content}, words=words, exit=code, says=says)
    yield Row(
        group="report",
        name="folder-unwritable",
        files={"out": lambda path: path.mkdir(mode=0o500)},
        words=("check", "--report", "out/x.json"),
        says="cannot be written",
        plain=True,
    )
    yield Row(
        group="report",
        name="disk-full",
        words=("check", "--report", "out.json"),
        shell='ulimit -f 0; exec "$@"',
        says="cannot be written",
    )
    yield Row(
        group="report", name="folder-made", words=("check", "--report", "new/out.json"), exit=0, makes="new"
    )

"""Wherever a URL may stand: the secret in it is in no format of any command, nor in the cache.

Each row writes all three kinds of files and prints the format that is not among them.
"""

from collections.abc import Iterator

from tests.proofs.hostile.row import SECRET, Content, Row
from tests.proofs.hostile.stage import COMMIT, HOOKS, LOCK, PYPROJECT, REQUIREMENTS, dist, lock

GROUP = "credentials"
USER = f"https://ann:{SECRET}@index.example/simple"
"""Once as the password, once as the user, once as a token in the query, and twice as people mistype it."""
URLS = {
    "password": USER,
    "user": f"https://{SECRET}@index.example/simple",
    "query": f"https://index.example/simple?access_token={SECRET}",
    "password-with-a-slash": f"https://ann:a/{SECRET}@index.example/simple",
    "password-with-an-at-sign": f"https://ann:a@{SECRET}@index.example/simple",
    "password-with-a-number-sign": f"https://ann:a#{SECRET}@index.example/simple",
    "password-with-a-question-mark": f"https://ann:a?{SECRET}@index.example/simple",
    "password-and-no-host": f"https://ann:{SECRET}@",
}
OUTPUTS = ("--format", "github", "--report", "out.txt", "--report", "out.json", "--report", "out.md")
REGISTRY = 'source = { registry = "https://index.example/simple" }'
GAMMA = "{site}/gamma-3.0.dist-info/direct_url.json"
DELTA = "{site}/delta-4.0.dist-info/direct_url.json"
ALPHA = "{site}/alpha-1.0.dist-info"


def planted(url: str) -> Iterator[tuple[str, dict[str, Content], tuple[str, ...], int | None]]:
    """Yield where a URL may stand, and the command that comes upon it; None where the URL tells the exit code."""
    check, lint = ("check",), ("lint", "requirements.txt")
    from_lock = ("check", "--lock", "requirements.txt")
    yield "lock-registry", {"uv.lock": LOCK.replace("https://index.example/simple", url)}, check, 0
    yield "lock-registry-of-one", {"uv.lock": lock(REGISTRY, f'source = {{ registry = "{url}" }}')}, check, 0
    yield "lock-git", {"uv.lock": lock("https://git.example/gamma", url)}, check, None
    yield "lock-url", {"uv.lock": lock("https://files.example/delta-4.0.tar.gz", url)}, check, None
    yield "lock-path", {"uv.lock": lock(REGISTRY, f'source = {{ path = "{url}" }}')}, check, 1
    yield "lock-source-unknown", {"uv.lock": lock(REGISTRY, f'source = {{ "{url}" = 1 }}')}, check, 3
    yield "lock-name", {"uv.lock": lock('"alpha"\nversion', f'"{url}"\nversion')}, check, 3
    yield "lock-marker", {"uv.lock": lock("python_full_version >= '3.8'", url)}, check, 3
    yield "lock-requires-python", {"uv.lock": lock(">=3.11", url)}, check, 3
    yield (
        "direct-url-git",
        {GAMMA: _origin(url, f'"vcs_info": {{"vcs": "git", "commit_id": "{COMMIT}"}}')},
        check,
        None,
    )
    yield (
        "direct-url-commit",
        {GAMMA: _origin("https://git.example/gamma", f'"vcs_info": {{"vcs": "git", "commit_id": "{url}"}}')},
        check,
        1,
    )
    yield "direct-url-archive", {DELTA: _origin(url, '"archive_info": {}')}, check, None
    yield "direct-url-folder", {DELTA: _origin(url, '"dir_info": {}')}, check, 1
    yield (
        "requires-dist",
        {f"{ALPHA}/METADATA": dist("alpha", "1.0") + f"Requires-Dist: nope @ {url}\n"},
        check,
        None,
    )
    yield (
        "requires-dist-nonsense",
        {f"{ALPHA}/METADATA": dist("alpha", "1.0") + f"Requires-Dist: {url}\n"},
        check,
        3,
    )
    yield "metadata-name", {f"{ALPHA}/METADATA": f"Name: {url}\nVersion: {url}\n"}, check, 1
    yield "installer", {f"{ALPHA}/INSTALLER": url, f"{ALPHA}/METADATA": dist("alpha", "9")}, check, 1
    yield "config-ignore", {"pyproject.toml": _ignoring(url)}, check, 0
    yield "config-key", {"pyproject.toml": f'{PYPROJECT}[tool.driftguard]\n"{url}" = 1\n'}, check, 3
    yield "config-value", {"pyproject.toml": f'{PYPROJECT}[tool.driftguard]\nfail-on = "{url}"\n'}, check, 3
    yield "config-rule", {"pyproject.toml": f'{PYPROJECT}[tool.driftguard]\nselect = ["{url}"]\n'}, check, 3
    for name, words in (("lint", lint), ("check", from_lock)):
        yield f"requirement-{name}", {"requirements.txt": f"{REQUIREMENTS}nope @ {url}\n"}, words, None
        yield f"requirement-bare-{name}", {"requirements.txt": f"{REQUIREMENTS}{url}\n"}, words, None
        yield f"requirement-editable-{name}", {"requirements.txt": f"{REQUIREMENTS}-e git+{url}\n"}, words, 1
        yield f"requirement-git-{name}", {"requirements.txt": f"{REQUIREMENTS}nope @ git+{url}\n"}, words, 1
        yield f"requirement-marker-{name}", {"requirements.txt": f"alpha ; {url}\n"}, words, 1
        yield f"index-{name}", {"requirements.txt": f"--index-url {url}\nalpha\n"}, words, 1
        yield f"option-unknown-{name}", {"requirements.txt": f"--index-ulr {url}\n"}, words, 1
        yield f"option-odd-{name}", {"requirements.txt": f"--{url}\n"}, words, 1
        yield f"include-{name}", {"requirements.txt": f"-r {url}\n"}, words, 3
        yield f"include-file-{name}", {"requirements.txt": f"-r ./{url}\n"}, words, 3
        yield (
            f"excuse-{name}",
            {"requirements.txt": f"alpha # driftguard: ignore[DG201] see {url}\n"},
            words,
            None,
        )
        yield (
            f"excuse-broken-{name}",
            {"requirements.txt": f"alpha # driftguard: ignore[{url}] x\n"},
            words,
            1,
        )
    hooks = HOOKS.replace("[alpha==1.0]", f'["nope @ {url}", "{url}", "git+{url}"]')
    yield "pre-commit", {".pre-commit-config.yaml": hooks}, ("lint", ".pre-commit-config.yaml"), None
    broken = HOOKS.replace("[alpha==1.0]", f'"{url}"')
    yield "pre-commit-broken", {".pre-commit-config.yaml": broken}, ("lint", ".pre-commit-config.yaml"), 3
    yield "option-lock", {}, ("check", "--lock", url), 3
    yield "option-python", {}, ("check", "--python", url), 3
    yield "option-extra", {}, ("check", "--extra", url), 3
    yield "option-select", {}, ("check", "--select", url), 3
    yield "option-unknown", {}, ("check", f"--{url}"), 3
    yield "argument", {}, ("lint", url), 3
    yield "rule", {}, ("rule", url), 3


def _origin(url: str, info: str) -> str:
    return f'{{"url": "{url}", {info}}}'


def _ignoring(url: str) -> str:
    return f'{PYPROJECT}[[tool.driftguard.ignore]]\nrule = "DG101"\nreason = "see {url}"\n'


def rows() -> Iterator[Row]:
    """Yield a row for each kind of secret in each place."""
    for kind, url in URLS.items():
        for place, files, words, code in planted(url):
            shown = words if words[0] == "rule" else (*words, *OUTPUTS)
            slow = kind != "password"
            yield Row(group=GROUP, name=f"{kind}-{place}", files=files, words=shown, exit=code, slow=slow)
    for variable in (
        "VIRTUAL_ENV",
        "UV_PROJECT_ENVIRONMENT",
        "UV_NO_GROUP",
        "DRIFTGUARD_CACHE_DIR",
        "UV_INDEX_URL",
    ):
        words = ("check", *(("--active",) if variable == "VIRTUAL_ENV" else ()), *OUTPUTS)
        code = 0 if variable in ("DRIFTGUARD_CACHE_DIR", "UV_INDEX_URL") else 3
        yield Row(
            group=GROUP, name=variable, words=words, variables={variable: USER}, exit=code, makes="https:"
        )
    yield Row(
        group=GROUP,
        name="uv-says",
        files={"uv.lock": LOCK.replace("https://index.example/simple", USER)},
        variables={"UV_OFFLINE": "1", "UV_DEFAULT_INDEX": USER, "UV_CACHE_DIR": "{here}/uv"},
        words=("report", "--select", "DG202,DG3", *OUTPUTS),
        exit=None,
        slow=True,
        seconds=60,
    )

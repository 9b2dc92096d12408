"""A build backend (PEP 517, PEP 660) for projects of the tests; it needs nothing but Python 3.11."""

import tomllib
import zipfile
from pathlib import Path


def build_wheel(folder: str, config_settings: object = None, metadata_directory: object = None) -> str:
    """Build the packages below `src`, else those beside pyproject.toml."""
    top = Path("src") if Path("src").is_dir() else Path()
    copied = {
        path.relative_to(top).as_posix(): path.read_text()
        for path in sorted(top.rglob("*"))
        if path.suffix in (".py", ".so", ".txt") and len(path.relative_to(top).parts) > 1 and _ours(path)
    }
    return _packed(folder, copied)


def build_editable(folder: str, config_settings: object = None, metadata_directory: object = None) -> str:
    """Build a wheel that leads back to here."""
    top = Path("src") if Path("src").is_dir() else Path()
    return _packed(folder, {f"{_project()['name']}.pth": str(top.resolve())})


def _ours(path: Path) -> bool:
    return not any(part[0] in "._" and part != "__init__.py" for part in path.parts)


def _project() -> dict:  # type: ignore[type-arg]
    return tomllib.loads(Path("pyproject.toml").read_text())["project"]  # type: ignore[no-any-return]


def _packed(folder: str, files: dict[str, str]) -> str:
    project = _project()
    name = project["name"].replace("-", "_")
    version = project.get("version") or Path("VERSION").read_text().strip()
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in project.get("dependencies", ()))
    needs += "".join(
        f"Provides-Extra: {extra}\n" + "".join(f"Requires-Dist: {one}; extra == '{extra}'\n" for one in lines)
        for extra, lines in project.get("optional-dependencies", {}).items()
    )
    scripts = "".join(f"{command} = {target}\n" for command, target in project.get("scripts", {}).items())
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if scripts:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{scripts}"
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder, wheel), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return wheel

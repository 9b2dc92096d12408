"""What a source declares in pyproject.toml beside what the METADATA installed of it says.

Only what PEP 621 makes static is compared, and of requirements only name and versions: backends may word
markers in their own way.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from driftguard.compare import same_version
from driftguard.environment.reading import head
from driftguard.model import Installed, SourceChange, normalized

_LIMIT = 1024 * 1024


def differences(project: Mapping[str, object], one: Installed, manifest: Path) -> Iterator[SourceChange]:
    """Yield how the `[project]` table of `manifest` differs from the METADATA of `one`."""
    dynamic = project.get("dynamic")
    dynamic = [field for field in dynamic if isinstance(field, str)] if isinstance(dynamic, list) else []
    version = project.get("version")
    if isinstance(version, str) and one.version and not same_version(version, one.version):
        yield SourceChange("version", f"is {version}", one.version, manifest)
    if not {"dependencies", "optional-dependencies"} & {*dynamic}:
        yield from _dependencies(project, one, manifest)
    if "scripts" not in dynamic and "entry-points" not in dynamic:
        yield from _scripts(project, one, manifest)


def _dependencies(project: Mapping[str, object], one: Installed, manifest: Path) -> Iterator[SourceChange]:
    optional = project.get("optional-dependencies")
    groups = [project.get("dependencies"), *(optional.values() if isinstance(optional, dict) else ())]
    lines = [line for group in groups if isinstance(group, list) for line in group]
    declared, there = _named(lines, one.name), _named((*one.requires, *one.optional), one.name)
    if declared is None or there is None:
        return
    for text in sorted(declared - there):
        yield SourceChange(f"requirement {text}", "is declared", "without it", manifest)
    for text in sorted(there - declared):
        yield SourceChange(f"requirement {text}", "is not declared", "with it", manifest)


def _named(lines: object, own: str) -> frozenset[str] | None:
    """Return requirements as name and versions, without those on itself; None if one is not clear."""
    from packaging.requirements import InvalidRequirement, Requirement

    found = set()
    for line in lines if isinstance(lines, list | tuple) else ():
        try:
            requirement = Requirement(str(line))
        except InvalidRequirement:
            return None
        found.add(f"{normalized(requirement.name)}{'' if requirement.url else requirement.specifier}")
    return frozenset(text for text in found if text != own)


def _scripts(project: Mapping[str, object], one: Installed, manifest: Path) -> Iterator[SourceChange]:
    scripts = project.get("scripts")
    declared = scripts if isinstance(scripts, dict) else {}
    there = _console_scripts(one.path)
    for name in sorted({*declared, *there}, key=str):
        now, was = declared.get(name), there.get(name)
        if now != was:
            told = f"is {now}" if now else "is not declared"
            yield SourceChange(f"script {name}", told, was or "without it", manifest)


def _console_scripts(metadata: Path) -> dict[str, str]:
    try:
        text = head(str(metadata / "entry_points.txt"), _LIMIT).decode("utf-8", "replace")
    except OSError:
        return {}
    _, _, after = f"\n{text}".partition("\n[console_scripts]")
    lines = (line.partition("=") for line in after.partition("\n[")[0].splitlines() if line[:1] not in "#;")
    return {name.strip(): target.strip() for name, equals, target in lines if equals}

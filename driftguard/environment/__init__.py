"""The environment that is judged: which one, its interpreter, and what is installed in it.

Nothing of it is run but one question to its interpreter.
"""

from pathlib import Path

from driftguard.cache import Cache
from driftguard.environment import distributions, interpreter, pyvenv
from driftguard.environment.reading import is_folder
from driftguard.environment.target import Target
from driftguard.errors import TargetError
from driftguard.model import Environment, Interpreter, normalized

__all__ = ["read"]

_OURSELVES = normalized("env-driftguard")


def read(
    target: Target, *, execute: bool, cache: Cache, inquiry: interpreter.Inquiry | None = None
) -> Environment:
    """Read it; with `execute` its interpreter is asked, else only looked at. Raises TargetError.

    An `inquiry` that has begun is not begun again.
    """
    asked = _asked(target, execute=execute, cache=cache, inquiry=inquiry)
    configuration = pyvenv.find(asked.executable)
    keys = pyvenv.read(configuration)
    own = distributions.read(asked.site_packages, cache=cache)
    inherited = distributions.read(asked.inherited_site_packages, needed=False, cache=cache)
    there = {one.name for one in own.installed}
    notes = []
    if asked.inherited_site_packages:
        notes.append("packages of the base interpreter are visible (include-system-site-packages)")
    if _OURSELVES in there:
        notes.append("the environment also holds driftguard itself")
    if told := _other_python(keys.get("version_info") or keys.get("version", ""), asked):
        notes.append(told)
    return Environment(
        root=asked.prefix,
        interpreter=asked,
        installed=own.installed,
        inherited=inherited.installed,
        leftovers=own.leftovers,
        virtual=configuration is not None or _is_conda_environment(asked.prefix),
        created_by_uv="uv" in keys,
        seeded=keys.get("seed", "").lower() == "true",
        notes=tuple(notes),
        unseen=(*own.unseen, *inherited.unseen),
    )


def _asked(
    target: Target, *, execute: bool, cache: Cache, inquiry: interpreter.Inquiry | None
) -> Interpreter:
    try:
        if inquiry:
            return inquiry.answer()
        return interpreter.ask(target, cache) if execute else interpreter.read(target)
    except TargetError as error:
        from driftguard.environment import broken

        named = target.given if Path(target.given).name == target.root.name else str(target.root)
        error.hint = error.hint or broken.hint(target.root, named)
        raise


def _other_python(made_with: str, asked: Interpreter) -> str:
    """Say when the base interpreter was replaced by another minor version since the environment was made."""
    made, now = (version.split(".")[:2] for version in (made_with, asked.version))
    if not made_with or made == now:
        return ""
    return f"pyvenv.cfg was written for Python {'.'.join(made)}, the interpreter is now {'.'.join(now)}"


def _is_conda_environment(prefix: Path) -> bool:
    """Say whether conda made this for one project; its base, with conda itself, is a system interpreter."""
    return is_folder(prefix / "conda-meta") and not is_folder(prefix / "condabin")

"""Word the exact commands that mend an environment."""

import shlex
from collections.abc import Sequence
from itertools import pairwise

from driftguard.finding import Mend
from driftguard.model import FROM_INDEX, Installed, Locked, LockFormat, Selection, SourceKind
from driftguard.record import NamedTuple


class Mender(NamedTuple):
    """How this environment is mended from this lock.

    `python` names the environment as `--python` takes it; `environment` is what
    UV_PROJECT_ENVIRONMENT must hold, empty when uv finds the environment by itself; `project` is
    the lock's folder, empty when that is the working directory; `pip` says whether pip is
    installed in it; `root` is the folder of a virtual environment, empty for an interpreter that nobody
    may replace; `uv` is how the user can call uv.

    `shared` says that what is judged is no virtual environment: no command may then change it, and what
    mends is an environment beside the lock. `blocked` is what stands in the way of that, empty for nothing:
    a `.venv` without `pyvenv.cfg`, into whose interpreter, the system's, uv would sync.
    """

    format: LockFormat
    python: str
    interpreter: str
    environment: str = ""
    project: str = ""
    selection: tuple[str, ...] = ()
    pip: bool = False
    root: str = ""
    uv: str = "uv"
    shared: bool = False
    blocked: str = ""

    def sync(self, *reinstall: str, exact: bool = False) -> Mend | None:
        """Return the command that brings the selection to what is locked; `exact` also removes the rest."""
        if self.format is not LockFormat.UV:
            return None
        words = [self.uv, "sync", "--frozen"] + ([] if exact else ["--inexact"])
        if self.project:
            words += ["--project", self.project]
        words += self.selection
        operand = " ".join(f"--reinstall-package {name}" for name in reinstall)
        return Mend(self._for_environment() + shlex.join(words), operand)

    def install(self, locked: Locked, *, extras: tuple[str, ...] = (), again: bool = False) -> Mend | None:
        """Return the command that installs one locked package; `again` when its files are not trusted."""
        if self.format is LockFormat.UV:
            return self.sync(locked.name) if again else self.sync()
        if self.shared:
            return self.create()
        what = _argument(locked, f"[{','.join(extras)}]" if extras else "")
        if not what:
            return None
        return Mend(self._pip("install", *(self._anew() if again else ())), shlex.join(what))

    def add(self, requirement: str) -> Mend | None:
        """Return the command that installs what meets `requirement`; None where the lock has to say that."""
        if self.format is LockFormat.UV:
            return None
        return self.create() if self.shared else Mend(self._pip("install"), shlex.quote(requirement))

    def change(self, requirement: str) -> Mend:
        """Return the command that has `requirement` met, in the lock as well where uv writes it.

        It is for what is as locked and does not work; for what has drifted, `install` is the smaller change.
        """
        if self.format is not LockFormat.UV:
            return self.create() if self.shared else Mend(self._pip("install"), shlex.quote(requirement))
        words = [self.uv, "add"]
        if self.project:
            words += ["--project", self.project]
        members = [name for option, name in pairwise(self.selection) if option == "--package"]
        if len(members) == 1:
            words += ["--package", members[0]]
        return Mend(self._for_environment() + shlex.join(words), shlex.quote(requirement))

    def recreate(self, requires_python: str) -> Mend | None:
        """Return the command that makes the environment anew with another interpreter."""
        if not self.root:
            return None
        anew = shlex.join([self.uv, "venv", "--clear", "--python", requires_python, self.root])
        sync = self.sync()
        return Mend(f"{anew} && {sync}" if sync else anew)

    def create(self) -> Mend:
        """Return the command that makes an environment beside the lock; the judged one is left alone."""
        project = ["--project", self.project] if self.project else []
        if self.format is not LockFormat.UV:
            return Mend(self._unblocked() + shlex.join([self.uv, "venv", *project]))
        sync = shlex.join([self.uv, "sync", "--frozen", *project, *self.selection])
        return Mend(f"{self._unblocked()}UV_PROJECT_ENVIRONMENT=.venv {sync}")

    def replace(self, broken: Sequence[Installed], locked: Locked | None) -> Mend | None:
        """Return the command that removes what lies under a name, and installs what is locked under it.

        What has no RECORD no installer can remove: its metadata folder is deleted.
        """
        if self.shared:
            return self.install(locked) if locked else None
        bare = [shlex.quote(str(one.path)) for one in broken if not one.recorded]
        anew = self.install(locked, again=True) if locked else None
        if not bare:
            return anew if locked else self.uninstall(broken[0].name)
        delete = f"rm -r -- {' '.join(bare)}"
        return Mend(f"{delete} && {anew}" if anew else delete)

    def renew(self, one: Installed, locked: Locked | None) -> Mend | None:
        """Return the command that lays the files of a distribution anew: what is locked, else what is there.

        None for what is there, is not locked, and does not come from an index.
        """
        if locked or not one.recorded:
            return self.replace((one,), locked)
        if self.shared or not one.version or one.origin != FROM_INDEX:
            return None
        return Mend(self._pip("install", *self._anew()), shlex.quote(f"{one.name}=={one.version}"))

    def uncached(self, one: Installed, locked: Locked | None) -> Mend | None:
        """Return the command that also has uv, where it installs, forget what it holds of a distribution."""
        anew = self.renew(one, locked)
        if not anew or self.shared or (self.pip and self.format is not LockFormat.UV):
            return anew
        return Mend(f"{shlex.join([self.uv, 'cache', 'clean', one.name])} && {anew}")

    def uninstall(self, name: str) -> Mend | None:
        """Return the command that removes a package."""
        if self.shared:
            return None
        return Mend(self._pip("uninstall", *(("-y",) if self.pip else ())), shlex.quote(name))

    def delete(self, *paths: str) -> Mend | None:
        """Return the command that deletes files and folders of the environment."""
        return None if self.shared else Mend("rm -r --", shlex.join(paths))

    def _for_environment(self) -> str:
        variable = f"UV_PROJECT_ENVIRONMENT={shlex.quote(self.environment)} " if self.environment else ""
        return self._unblocked() + variable

    def _unblocked(self) -> str:
        """Return the command that sets aside what stands where the environment is to be made."""
        return (
            f"{shlex.join(['mv', '--', self.blocked, f'{self.blocked}.aside'])} && " if self.blocked else ""
        )

    def _anew(self) -> tuple[str, str]:
        """Return the options by which the installer lays the same release again, and nothing else."""
        return ("--force-reinstall" if self.pip else "--reinstall", "--no-deps")

    def _pip(self, verb: str, *options: str) -> str:
        """Return a command of the installer that is there: the environment's own pip, else `uv pip`."""
        if self.pip:
            return shlex.join([self.interpreter, "-m", "pip", verb, *options])
        return shlex.join([self.uv, "pip", verb, "--python", self.python, *options])


def _argument(locked: Locked, extras: str) -> list[str]:
    origin = locked.origin
    match origin.kind:
        case SourceKind.REGISTRY:
            return [f"{locked.name}{extras}=={locked.version}"] if locked.version else []
        case SourceKind.GIT:
            folder = f"#subdirectory={origin.subdirectory}" if origin.subdirectory else ""
            return [
                f"{locked.name}{extras} @ git+{origin.location}@{origin.commit or origin.revision}{folder}"
            ]
        case SourceKind.URL:
            return [f"{locked.name}{extras} @ {origin.location}"]
        case SourceKind.EDITABLE:
            return ["-e", origin.location]
        case SourceKind.PATH | SourceKind.DIRECTORY:
            return [origin.location]
        case SourceKind.VIRTUAL:
            return []


_OF_DEV = {"--group": "--dev", "--no-group": "--no-dev", "--only-group": "--only-dev"}
"""How uv says it of the group `dev` where there need not be one."""


def as_arguments(selection: Selection) -> tuple[str, ...]:
    """Return a selection as the options of `uv sync` that make it."""
    words: list[str] = []
    for option, names in (
        ("--package", selection.packages),
        ("--extra", selection.extras),
        ("--no-extra", selection.no_extras),
        ("--group", selection.groups),
        ("--no-group", selection.no_groups),
        ("--only-group", selection.only_groups),
        ("--no-install-package", selection.no_install_packages),
    ):
        for name in names:
            as_switch = name == "dev" and not selection.dev_by_name and option in _OF_DEV
            words += [_OF_DEV[option]] if as_switch else [option, name]
    for option, chosen in (
        ("--all-packages", selection.all_packages),
        ("--all-extras", selection.all_extras),
        ("--all-groups", selection.all_groups),
        ("--no-default-groups", selection.no_default_groups),
        ("--no-install-project", selection.no_install_project),
        ("--no-install-workspace", selection.no_install_workspace),
        ("--no-editable", selection.no_editable),
    ):
        if chosen:
            words.append(option)
    return tuple(words)

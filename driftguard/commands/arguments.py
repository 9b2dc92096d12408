"""Options that several commands share, and what they stand for."""

import argparse
import os
from pathlib import Path

from driftguard.config import Config, severity
from driftguard.errors import UsageError
from driftguard.finding import Severity
from driftguard.model import Selection, is_name, normalized
from driftguard.record import TYPE_CHECKING
from driftguard.reporters import FORMATS

if TYPE_CHECKING:
    from driftguard.subject import Request


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add what says which environment and which lock are judged."""
    group = parser.add_argument_group("what is judged")
    group.add_argument(
        "--lock", type=a_path, metavar="FILE", help="the lock (default: uv.lock here or above)"
    )
    group.add_argument(
        "--python", metavar="PATH", help="interpreter or environment (default: as uv finds it)"
    )
    group.add_argument("--active", action="store_true", help="prefer the active environment, VIRTUAL_ENV")
    group.add_argument("--no-exec", action="store_true", help="do not ask the interpreter; read files only")
    group.add_argument("--no-cache", action="store_true", help="neither read nor write cached facts")


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Add the options by which `uv sync` selects a part of a lock, under uv's names."""
    group = parser.add_argument_group("which part of the lock, as in `uv sync`")
    for option, summary in (
        ("--extra", "with this extra"),
        ("--no-extra", "without this extra, under --all-extras"),
        ("--group", "with this dependency group"),
        ("--no-group", "without this group"),
        ("--only-group", "nothing but this group"),
        ("--package", "this member of the workspace"),
        ("--no-install-package", "this package is not to be installed"),
    ):
        group.add_argument(
            option, action="append", default=[], type=name, metavar="NAME", help=f"{summary} (repeatable)"
        )
    for option, summary in (
        ("--all-extras", "with every extra"),
        ("--only-dev", "nothing but the group `dev`"),
        ("--no-default-groups", "without the groups that are selected unasked"),
        ("--all-groups", "with every group"),
        ("--all-packages", "every member of the workspace"),
        ("--no-install-project", "the project itself is not to be installed"),
        ("--no-install-workspace", "no member of the workspace is to be installed"),
        ("--no-editable", "members are not to be editable"),
    ):
        group.add_argument(option, action="store_true", help=summary)
    # The last of the two counts.
    group.add_argument("--dev", action="store_true", default=None, help="with the group `dev`")
    group.add_argument(
        "--no-dev", action="store_false", dest="dev", default=None, help="without the group `dev`"
    )


def add_rules(parser: argparse.ArgumentParser) -> None:
    """Add what says which rules speak and what makes the run fail."""
    group = parser.add_argument_group("rules")
    group.add_argument("--select", type=_words, metavar="PREFIX,…", help="only rules whose codes begin so")
    group.add_argument("--ignore", type=_words, default=(), metavar="PREFIX,…", help="leave these rules out")
    levels = [one.label for one in reversed(Severity)]
    group.add_argument("--fail-on", choices=levels, help="the least severity that fails (default: error)")


def add_depth(parser: argparse.ArgumentParser) -> None:
    """Add what lets the rules look further."""
    parser.add_argument(
        "--anchor", action="store_true", help="also hold files against the wheels whose hashes are locked"
    )
    parser.add_argument(
        "--wheelhouse",
        action="append",
        default=[],
        type=a_path,
        metavar="DIR",
        help="look for those wheels in DIR too (repeatable; implies --anchor)",
    )
    parser.add_argument("--path", metavar="PATH", help='the PATH of the job, as in `--path "$CRON_PATH"`')


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add where the report goes."""
    group = parser.add_argument_group("output")
    group.add_argument("--format", choices=FORMATS, default="text")
    group.add_argument(
        "--report",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="also write FILE, in the format of its suffix; repeatable",
    )


def request(arguments: argparse.Namespace) -> "Request":
    """Return what the options ask for. Raises UsageError when they contradict each other."""
    from driftguard.subject import Request

    return Request(
        cwd=Path.cwd(),
        environ=os.environ,
        lock=arguments.lock,
        python=arguments.python,
        active=arguments.active,
        execute=not arguments.no_exec,
        use_cache=not arguments.no_cache,
        anchor=getattr(arguments, "anchor", False) or bool(getattr(arguments, "wheelhouse", ())),
        wheelhouses=tuple(map(_folder, getattr(arguments, "wheelhouse", ()))),
        fresh=getattr(arguments, "fresh", False),
        path=getattr(arguments, "path", None),
        command=tuple(getattr(arguments, "command", ())),
        selection=_selection(arguments),
    )


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise UsageError(f"`--wheelhouse {path}` is not a folder")
    return path.absolute()


def fail_on(arguments: argparse.Namespace, configured: Config) -> Severity:
    """Return the least severity that fails: the command line's, else the configuration's, else error."""
    return severity(arguments.fail_on or "") or configured.fail_on or Severity.ERROR


def _selection(arguments: argparse.Namespace) -> Selection:
    """Read the selection from the options, and from the variables by which uv's own can be set."""
    _refuse_contradiction(arguments)
    unasked = arguments.dev is None and not arguments.only_dev and _is_set("UV_NO_DEV")
    no_groups = [*arguments.no_group, *map(normalized, os.environ.get("UV_NO_GROUP", "").split())]
    return Selection(
        packages=tuple(arguments.package),
        all_packages=arguments.all_packages,
        extras=tuple(arguments.extra),
        no_extras=tuple(arguments.no_extra),
        all_extras=arguments.all_extras,
        groups=(*arguments.group, *(("dev",) if arguments.dev else ())),
        no_groups=(*no_groups, *(("dev",) if arguments.dev is False or unasked else ())),
        only_groups=(*arguments.only_group, *(("dev",) if arguments.only_dev else ())),
        dev_by_name="dev" in (*arguments.group, *no_groups, *arguments.only_group),
        all_groups=arguments.all_groups,
        no_default_groups=arguments.no_default_groups or _is_set("UV_NO_DEFAULT_GROUPS"),
        no_install_project=arguments.no_install_project or _is_set("UV_NO_INSTALL_PROJECT"),
        no_install_workspace=arguments.no_install_workspace or _is_set("UV_NO_INSTALL_WORKSPACE"),
        no_install_packages=tuple(arguments.no_install_package),
        no_editable=arguments.no_editable or _is_set("UV_NO_EDITABLE"),
    )


def _refuse_contradiction(arguments: argparse.Namespace) -> None:
    """Raise UsageError for options that uv does not take beside each other."""
    if arguments.package and arguments.all_packages:
        raise UsageError("`--package` and `--all-packages` contradict each other")
    if arguments.all_extras and arguments.extra:
        raise UsageError("`--all-extras` and `--extra` contradict each other")
    more = arguments.group or arguments.all_groups
    if arguments.only_group and (more or arguments.dev or arguments.extra or arguments.all_extras):
        raise UsageError("`--only-group` goes with no other group and no extra")
    if arguments.only_dev and (more or arguments.dev is False):
        raise UsageError("`--only-dev` goes with no other group, and not with `--no-dev`")


def _is_set(variable: str) -> bool:
    """Say whether a switch of uv's is on, in the words that uv takes for yes."""
    return os.environ.get(variable, "").lower() in {"1", "t", "true", "y", "yes", "on"}


def a_path(text: str) -> Path:
    """Return the path that was named; an empty one is a variable that somebody forgot to set."""
    if not text:
        raise argparse.ArgumentTypeError("names no file")
    return Path(text)


def name(text: str) -> str:
    """Return a name, normalised; argparse tells what is none."""
    if not is_name(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a name")
    return normalized(text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())

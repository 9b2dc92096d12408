"""Lay what the DG3 rules foretell beside what happens when every extension module is loaded, on real environments.

    scripts/prove abi [--write] [--only WORDS] [--sample] [--kept] [--verbose]

The environments are made by uv, from the index this machine is set up for, in `.proofs/abi/`, and used again. `--kept`
takes what loading brought the last time. Exit 1 when the table breaks a rule: nothing that loads is called an error,
nothing that fails of binary incompatibility is missed, and the lines foretold are the lines that Python prints.
"""

import argparse
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from driftguard.finding import Severity
from tests.checkout import ROOT
from tests.proofs.abi_environments import Case, Made, cases, compatible, make
from tests.proofs.abi_measured import Differences, differences
from tests.proofs.abi_oracle import FAMILY, Loaded, Truth, truth
from tests.proofs.abi_predicted import RAISED, Prediction, predict
from tests.proofs.agreement import FEWEST, interpreters

DOCUMENT = ROOT / "docs" / "binary.md"
HEAD = (
    "environment", "Python", "modules", "TP", "FP", "FN", "later", "sibling", "told lower", "other", "TN", "same words",
    "sizes", "findings", "`pip check`", "`uv pip check`", "scan",
)  # fmt: skip
_NOT_FROM = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")


class Sorted(NamedTuple):
    """The modules of an environment by what was foretold and what happened.

    `later` load, and fail as foretold in what is then executed; `sibling` fail through a flagged module or library alone, `lower` were told with less than error severity,
    `other` fail for what is no matter of binaries.
    """

    true_positive: tuple[str, ...] = ()
    false_positive: tuple[str, ...] = ()
    false_negative: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    sibling: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    true_negative: tuple[str, ...] = ()


class Row(NamedTuple):
    """What was found out of one environment; `said` is whether it fails as its row in the table of cases has it."""

    made: Made
    modules: Sorted
    foretold: Prediction
    happened: Truth
    sizes: Differences
    pip: bool
    uv: bool
    said: bool

    @property
    def codes(self) -> list[str]:
        """The rules that spoke, and of how many distributions."""
        found = [f"{one.code} {one.label}" for one in self.foretold.findings]
        return [f"{one} x{found.count(one)}" if found.count(one) > 1 else one for one in dict.fromkeys(found)]

    @property
    def same_words(self) -> list[str]:
        """The modules whose foretold lines were printed to the letter."""
        return [
            name
            for name in self.modules.true_positive
            if not unsaid(self.foretold.literal(name), self.happened.loaded[name].said)
        ]

    @property
    def unsaid(self) -> list[str]:
        """The lines in findings of error severity that no module of that distribution printed."""
        owners = {one.module: one.distribution for one in self.foretold.binaries.images}
        printed: dict[str, list[str]] = {}
        for name, loaded in self.happened.loaded.items():
            printed.setdefault(owners.get(name, ""), []).extend(loaded.said)
        errors = [one for one in self.foretold.findings if one.severity is Severity.ERROR]
        return [
            f"{one.subject}: {line}"
            for one in errors
            for line in unsaid(RAISED.findall(one.why), printed.get(one.subject, ()))
        ]

    @property
    def leading(self) -> bool:
        """Whether what the import ends with is foretold to the letter; for other errors, whether anything is."""
        errors = [one for one in self.foretold.findings if one.severity is Severity.ERROR]
        quoted = [line for one in errors for line in RAISED.findall(one.why)]
        wanted = self.made.case.error
        if wanted and quoted and FAMILY.search(wanted):
            return any(wanted in line for line in quoted)
        return not quoted or len(self.unsaid) < len(quoted)

    def wrong(self) -> Iterator[str]:
        """Return which rules this row breaks."""
        reviewed = self.made.case.reviewed
        told = {one: f"{one.code} {one.subject}" for one in self.foretold.findings}
        loud = [one for one, name in told.items() if one.severity > Severity.NOTE and name not in reviewed]
        if not self.said:
            yield "it does not fail as its row says"
        if self.modules.false_positive:
            yield f"loads, and is called an error: {', '.join(self.modules.false_positive)}"
        if self.modules.false_negative:
            yield f"fails, and nothing was said: {', '.join(self.modules.false_negative)}"
        if not self.leading:
            yield f"said in other words than Python's: {'; '.join(self.unsaid)}"
        if self.sizes.wrong:
            yield f"read otherwise than the interpreter has it: {'; '.join(self.sizes.wrong)}"
        if self.made.case.healthy and loud:
            yield f"healthy, and called {loud[0]}"
        if self.made.case.silent and not loud:
            yield "computes wrong numbers, and nothing was said"

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the row as it is printed."""
        counts = [str(len(one)) for one in self.modules]
        version = subprocess.check_output(
            [self.made.python, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"], text=True
        ).strip()
        words = f"{len(self.same_words)}/{counts[0]}" if counts[0] != "0" else ""
        verdicts = ["clean" if one else "objects" for one in (self.pip, self.uv)]
        scan = f"{self.foretold.seconds:.2f} s"
        total = str(len(self.happened.loaded))
        return (
            self.made.case.name, version, total, *counts, words, str(self.sizes), ", ".join(self.codes), *verdicts, scan
        )  # fmt: skip


def unsaid(lines: Iterable[str], printed: Iterable[str]) -> list[str]:
    """Return the lines with which no printed line begins; some end in advice that no finding repeats."""
    told = tuple(printed)
    return [line for line in lines if not any(one.startswith(line) for one in told)]


def sort(foretold: Prediction, happened: Truth) -> Sorted:
    """Sort modules by what was foretold and what happened."""
    kinds: dict[str, list[str]] = {name: [] for name in Sorted._fields}
    errors = foretold.errors()
    for name, one in happened.loaded.items():
        kinds[_kind(one, errors, foretold)].append(name)
    failed = {name for name, one in happened.loaded.items() if one.error}
    for path in errors - set(happened.loaded):
        # A library that nobody imports: a module that needs it has to fail.
        if not any(path in foretold.needs.get(name, ()) for name in failed):
            kinds["false_positive"].append(path)
    return Sorted(**{name: tuple(found) for name, found in kinds.items()})


def _kind(one: Loaded, errors: set[str], foretold: Prediction) -> str:
    if one.module in errors:
        return "later" if one.later else "true_positive" if one.error else "false_positive"
    if not one.error:
        return "true_negative"
    if through(one) & errors or foretold.needs.get(one.module):
        return "sibling"
    if one.module in foretold.noted():
        return "lower"
    return "false_negative" if one.of_the_family else "other"


def through(one: Loaded) -> set[str]:
    """Return the other modules that a failure names."""
    named = {f"{package}.{name}" for text in one.chain for name, package in _NOT_FROM.findall(text)}
    return ({one.at} | set(one.missing) | named) - {one.module}


def run(case: Case, *, kept: bool) -> Row:
    """Make one environment and find out all of it."""
    made = make(case)
    foretold, happened = predict(made), truth(made, kept=kept)
    sizes = differences(made, foretold.binaries)
    done = subprocess.run(
        [made.python, "-I", "-c", f"import {case.imports}"], capture_output=True, text=True, check=False
    )
    said = case.error in done.stderr if case.error else not done.returncode
    return Row(made, sort(foretold, happened), foretold, happened, sizes, *compatible(made), said)


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [HEAD, ("---",) * len(HEAD), *(row.cells for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def sentence(rows: Sequence[Row]) -> str:
    """Return what the table comes to."""
    sums = [sum(len(row.modules[place]) for row in rows) for place in range(len(Sorted._fields))]
    total = sum(len(row.happened.loaded) for row in rows)
    broken = [row for row in rows if row.modules.true_positive or row.modules.sibling or row.made.case.silent]
    clean = sum(row.pip for row in broken)
    return (
        f"{len(rows)} environments, {total} extension modules: {sums[0]} failures foretold, {sums[1]} false, "
        f"{sums[2]} missed, {sums[3]} come after loading; {sums[4]} more fail through one of those alone, {sums[5]} were "
        f"told with less than an error, {sums[6]} fail for other reasons, {sums[7]} load as foretold. "
        f"Of {len(broken)} environments that do not work, `pip check` calls {clean} in order."
    )


def write(rows: Sequence[Row]) -> None:
    """Put the table into the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, mark, rest = text.partition("<!-- confusion -->\n")
    _, end, after = rest.partition("<!-- end of confusion -->\n")
    dated = f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {platform.system()}: {sentence(rows)}"
    DOCUMENT.write_text(f"{before}{mark}{dated}\n\n{table(rows)}{end}{after}", encoding="utf-8")


def told(row: Row, *, verbose: bool) -> None:
    """Print a row, and what it takes to believe it."""
    for rule in row.wrong():
        print(f"    <-- {rule}")
    for name in (*row.modules.other, *row.modules.lower):
        print(
            f"    {'other' if name in row.modules.other else 'told lower'}: {name}: {row.happened.loaded[name].error[:160]}"
        )
    if row.unsaid:
        print(f"    printed in other words: {'; '.join(row.unsaid)}")
    for name in row.modules.sibling if verbose else ():
        print(f"    through a sibling: {name}: {', '.join(sorted(through(row.happened.loaded[name])))}")
    for name in set(row.modules.true_positive) - set(row.same_words) if verbose else ():
        print(
            f"    other words: {name}: foretold {row.foretold.literal(name)}, printed {row.happened.loaded[name].chain}"
        )
    for one in row.foretold.findings if verbose else ():
        print(f"    {one}\n        {one.why}")


def main() -> int:
    """Make, read, load, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write the table in docs/binary.md")
    parser.add_argument("--only", default="", help="environments whose name has these words")
    parser.add_argument("--sample", action="store_true", help="only those that .ci/run makes")
    parser.add_argument("--kept", action="store_true", help="load nothing that was loaded before")
    parser.add_argument("--verbose", action="store_true", help="also print findings and siblings")
    arguments = parser.parse_args()
    there = interpreters()
    wanted = [one for one in cases() if arguments.only in one.name and (one.sample or not arguments.sample)]
    rows: list[Row] = []
    print("  ".join(HEAD))
    for case in wanted:
        if case.python in there:
            rows.append(run(case, kept=arguments.kept))
            print("  ".join(rows[-1].cells), flush=True)
            told(rows[-1], verbose=arguments.verbose)
    wrong = [row for row in rows if list(row.wrong())]
    missing = sorted({case.python for case in wanted} - there.keys())
    if missing:
        print(f"not made, for want of the interpreter: Python {', '.join(missing)}")
    if arguments.write and not wrong and not missing:
        write(rows)
    if len(there) < FEWEST:
        print(f"only {len(there)} interpreters were found, which proves too little: {', '.join(there)}")
    print(f"{sentence(rows)} {len(wrong)} against the rules.")
    return 1 if wrong or len(there) < FEWEST else 0


if __name__ == "__main__":
    sys.exit(main())

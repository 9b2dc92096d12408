"""One measurement of `benchmarks/abi.py`, in a process of its own: `scan`, `headers` or `pyelftools`."""

import gc
import json
import sys
import time
from pathlib import Path


def scan(project: Path) -> dict[str, object]:
    """Time reading all native code of an environment and judging it; the rest of a check is not in it."""
    from driftguard import subject
    from driftguard.cache import NO_CACHE
    from driftguard.judge import chosen
    from driftguard.model import Environment
    from tests.proofs.abi_predicted import judged, without_binaries

    request = subject.Request(
        cwd=project, environ={}, lock=project / "uv.lock", python=str(project / ".venv"), use_cache=False
    )
    rules = chosen(["DG3"])
    evidence = without_binaries(request, rules)
    there = evidence.environment
    assert isinstance(there, Environment)
    before, cpu = _read(), time.process_time()
    began = time.perf_counter()
    from driftguard.environment import native

    binaries = native.read((*there.inherited, *there.installed), there.interpreter, {}, NO_CACHE)
    read = time.perf_counter()
    findings = judged(evidence._replace(binaries=binaries), rules)
    ended = time.perf_counter()
    return {
        "seconds": ended - began,
        "rules": ended - read,
        "cpu": time.process_time() - cpu,
        "read": _read() - before,
        "findings": [str(one) for one in findings],
        "files": [image.path for image in binaries.images],
    }


def headers(files: list[str]) -> dict[str, object]:
    """Time our reader: header, segments, dynamic section, wanted and defined versions."""
    from driftguard.environment.native import elf

    began = time.perf_counter()
    wanted = 0
    for path in files:
        try:
            with elf.open(path) as file:
                wanted += len(file.needed) + len(file.wants) + len(file.defines)
        except elf.ElfError:
            continue
    return {"seconds": time.perf_counter() - began, "wanted": wanted}


def pyelftools(files: list[str], library: str) -> dict[str, object]:
    """Time pyelftools with the same: dynamic section, wanted and defined versions."""
    sys.path.insert(0, library)
    from elftools.common.exceptions import ELFError
    from elftools.elf.dynamic import DynamicSection
    from elftools.elf.elffile import ELFFile
    from elftools.elf.gnuversions import GNUVerDefSection, GNUVerNeedSection

    began = time.perf_counter()
    wanted = 0
    for path in files:
        try:
            with Path(path).open("rb") as stream:
                for section in ELFFile(stream).iter_sections():
                    if isinstance(section, DynamicSection):
                        wanted += sum(tag.entry.d_tag == "DT_NEEDED" for tag in section.iter_tags())
                    elif isinstance(section, GNUVerNeedSection):
                        wanted += sum(len(list(several)) for _, several in section.iter_versions())
                    elif isinstance(section, GNUVerDefSection):
                        wanted += sum(1 for _, several in section.iter_versions() if next(several).name)
        except ELFError:
            continue
    return {"seconds": time.perf_counter() - began, "wanted": wanted}


def _read() -> int:
    """Return the bytes that this process has had read from a disk."""
    lines = Path("/proc/self/io").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("read_bytes"))


def main() -> None:
    """Measure what the first argument names."""
    gc.disable()  # as `driftguard` does, for all alike
    what, project, library = sys.argv[1:]
    files = sys.stdin.read().splitlines()
    if what == "scan":
        found = scan(Path(project))
    else:
        found = headers(files) if what == "headers" else pyelftools(files, library)
    print(json.dumps(found))


if __name__ == "__main__":
    main()

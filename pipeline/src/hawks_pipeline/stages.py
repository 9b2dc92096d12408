"""The line of stages: what is done stays done, what is not is done in order.

After each stage stands a checkpoint, `state/runs/<date>/<stage>.json`: the digest of all that went in (the
night's key and the outputs of every stage before) and the SHA-256 of each file that came out. A stage is done
when its checkpoint names the inputs of now and its files are still what they were; so a killed run goes on
where it was, and a finished night that is run again reads a few checkpoints and hashes.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hawks_pipeline import clock, files
from hawks_pipeline.log import event


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step: `work` returns the files that it has made, all of them below the root.

    A stage that `watches` makes nothing that others need; it is run again whenever any other has to be.
    """

    name: str
    work: Callable[[], Iterable[Path]]
    watches: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Stages in order, where their checkpoints are and what they all depend on.

    `key` tells this night's options and this program's code from others: when it changes, nothing is done.
    """

    stages: Sequence[Stage]
    root: Path
    checkpoints: Path
    key: str
    run_id: str

    def run(self, *, again_from: str = "") -> list[str]:
        """Do what is not done, and everything from stage `again_from` on; return the names of what was done.

        Raises what a stage raises; the stages before it keep their checkpoints.
        """
        known = self._done_before(again_from)
        done: list[str] = []
        inputs = self.key
        forced = False
        for place, stage in enumerate(self.stages):
            forced = forced or stage.name == again_from
            if place < len(known) and not (stage.watches and len(known) < len(self.stages)):
                outputs: Mapping[str, str] | None = known[place]
            else:
                outputs = None if forced or stage.watches else self._outputs(stage, inputs)
            if outputs is None:
                outputs = self._do(stage, inputs)
                done.append(stage.name)
            else:
                event("stage was done", stage=stage.name)
            inputs = _onward(inputs, stage, outputs)
        return done

    def _done_before(self, again_from: str) -> list[Mapping[str, str]]:
        """Return the outputs of the stages that are done, up to the first that has to be."""
        known: list[Mapping[str, str]] = []
        inputs = self.key
        for stage in self.stages:
            outputs = None if stage.name == again_from else self._outputs(stage, inputs)
            if outputs is None:
                break
            known.append(outputs)
            inputs = _onward(inputs, stage, outputs)
        return known

    def _do(self, stage: Stage, inputs: str) -> Mapping[str, str]:
        event("stage begins", stage=stage.name)
        begun = time.monotonic()
        made = stage.work()
        outputs = {str(path.relative_to(self.root)): files.digest_of(path) for path in made}
        seconds = round(time.monotonic() - begun, 3)
        checkpoint = {
            "stage": stage.name,
            "run_id": self.run_id,
            "inputs": inputs,
            "outputs": outputs,
            "seconds": seconds,
            "finished": clock.now().isoformat(timespec="seconds"),
        }
        files.write_json(self._checkpoint(stage), checkpoint)
        event("stage is done", stage=stage.name, seconds=seconds, files=len(outputs))
        return outputs

    def _outputs(self, stage: Stage, inputs: str) -> Mapping[str, str] | None:
        """Return what `stage` made of `inputs`, or None if that is not known or no longer there."""
        try:
            checkpoint = json.loads(self._checkpoint(stage).read_bytes())
            same = checkpoint["inputs"] == inputs
            outputs: dict[str, str] = checkpoint["outputs"]
            whole = same and all(
                files.digest_of(self.root / name) == sha256 for name, sha256 in outputs.items()
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return outputs if whole else None

    def _checkpoint(self, stage: Stage) -> Path:
        return self.checkpoints / f"{stage.name}.json"


def _onward(inputs: str, stage: Stage, outputs: Mapping[str, str]) -> str:
    return files.digest(json.dumps([inputs, stage.name, dict(outputs)], sort_keys=True).encode())

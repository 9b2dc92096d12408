"""Where things are below one root: the nights of one team from one kind of source.

OUT/SOURCE/TEAM/          the root: simulated nights can never stand where live ones do
├── current               -> nights/…, the night people see
├── nights/DATE-DIGEST/   what was published, whole: the last fourteen
└── state/                what the next run needs
    ├── lock
    ├── runs/DATE/        checkpoints, one file per stage, and work/ between the stages
    ├── bronze/           bodies as they came
    └── kept/             cleaned tables by season and date, and the shot profiles of each night
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Root:
    """The paths below `path`; nothing is made or read here."""

    path: Path

    @classmethod
    def of(cls, out: Path, *, source: str, team: str) -> "Root":
        """Return the root of `team`'s nights from `source` below `out`."""
        return cls(out / source / team)

    @property
    def current(self) -> Path:
        """The link to the night that people see."""
        return self.path / "current"

    @property
    def nights(self) -> Path:
        """The folder of published nights."""
        return self.path / "nights"

    @property
    def state(self) -> Path:
        """The folder of what the next run needs."""
        return self.path / "state"

    @property
    def lock(self) -> Path:
        """The file that the run in progress holds."""
        return self.state / "lock"

    @property
    def bronze(self) -> Path:
        """The folder of bodies as they came."""
        return self.state / "bronze"

    @property
    def kept(self) -> Path:
        """The folder of tables that are kept from night to night."""
        return self.state / "kept"

    def run(self, night: date) -> Path:
        """Return the folder of the checkpoints of `night`."""
        return self.state / "runs" / night.isoformat()

    def work(self, night: date) -> Path:
        """Return the folder of what the stages of `night` hand to each other."""
        return self.run(night) / "work"

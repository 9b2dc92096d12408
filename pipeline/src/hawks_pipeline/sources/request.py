"""What is asked for, what comes back, and who can be asked."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Request:
    """One call: the endpoint's name in lower case, and its parameters as they go over the wire, sorted.

    The league wants some parameters sent even when they are empty, so the empty ones are kept here.
    """

    endpoint: str
    parameters: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, endpoint: str, parameters: Mapping[str, object]) -> Self:
        """Make a request of loosely typed parameters. None means: not sent."""
        sent = ((name, str(value)) for name, value in parameters.items() if value is not None)
        return cls(endpoint.lower(), tuple(sorted(sent)))

    @property
    def asked(self) -> dict[str, str]:
        """The parameters that say something: an empty one asks for nothing."""
        return {name: value for name, value in self.parameters if value}

    @property
    def key(self) -> str:
        """Twelve hexadecimal digits, the same for every request that asks for the same."""
        said = "&".join(f"{name}={value}" for name, value in sorted(self.asked.items()))
        return hashlib.sha256(f"{self.endpoint}?{said}".encode()).hexdigest()[:12]

    @property
    def file_name(self) -> str:
        """The name of a compressed body that answers this request."""
        return f"{self.endpoint}__{self.key}.json.gz"

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.asked.items() if value not in ("0", "00"))
        return f"{self.endpoint}({said})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawResponse:
    """A body as it came, uncompressed, with when it came (UTC) and the nba_api that asked for it."""

    request: Request
    body: bytes
    status: int
    fetched_at: datetime
    nba_api: str
    simulated: bool


class Source(Protocol):
    """Answers requests."""

    @property
    def name(self) -> str:
        """Return what every output says about where its figures come from."""

    @property
    def simulated(self) -> bool:
        """Return whether nobody ever played these games."""

    def fetch(self, request: Request) -> RawResponse:
        """Return the answer. Raises UpstreamError, or ContractError for what is no answer to that request."""

    def close(self) -> None:
        """Let go of sockets and threads. A closed source is not asked again."""

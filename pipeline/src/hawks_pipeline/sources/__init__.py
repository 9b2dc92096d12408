"""Where bodies come from: the league's own host, a recording, a simulated league. One interface."""

from hawks_pipeline.sources.request import RawResponse, Request, Source

__all__ = ["RawResponse", "Request", "Source"]

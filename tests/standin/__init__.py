"""A real HTTP server on loopback that stands in for OpenAI's image API and for servers that speak like it."""

from standin.families import Family
from standin.faults import Door, Fault
from standin.records import Billed, Received
from standin.server import StandIn

__all__ = ["Billed", "Door", "Family", "Fault", "Received", "StandIn"]

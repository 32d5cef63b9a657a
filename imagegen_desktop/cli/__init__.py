"""The same core without a window: the command line, its progress and its exit codes."""

from imagegen_desktop.cli.command_line import (
    EXIT_CANCELLED,
    EXIT_FAILED,
    EXIT_OK,
    EXIT_PARTLY,
    EXIT_USAGE,
    parser,
)
from imagegen_desktop.cli.generating import generate
from imagegen_desktop.cli.reporting import jobs, spending

__all__ = [
    "EXIT_CANCELLED",
    "EXIT_FAILED",
    "EXIT_OK",
    "EXIT_PARTLY",
    "EXIT_USAGE",
    "generate",
    "jobs",
    "parser",
    "spending",
]

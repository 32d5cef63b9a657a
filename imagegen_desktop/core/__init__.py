"""The words of the program: standard library only, no disk, no network, no Qt."""

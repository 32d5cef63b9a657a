"""Keeps the Qt binding from looking into every module that is imported after it."""

from __future__ import annotations

import sys
from importlib import import_module


def leave_imports_alone() -> None:
    """WORKAROUND for PySide6 (6.11.3), whose import hook reads each later module's source to see if it names PySide6.

    It asks `inspect.getsource`, which looks for an attribute of the module; some modules answer that with imports of their
    own, and where two threads import at the same time that ends now and then in an ImportError: one start of ten on a busy
    computer lost the import of the SDK so. The hook serves only `__feature__` (snake_case and the like), which is not
    used here; without it the start and the SDK's import take less time as well.
    """
    # The hook comes with the binding.
    import_module("PySide6.QtCore")
    hook = sys.modules.get("shibokensupport.feature")
    if hook is not None and "_mod_uses_pyside" in vars(hook):
        vars(hook)["_mod_uses_pyside"] = _uses_no_feature


def _uses_no_feature(_module: object) -> bool:
    return False

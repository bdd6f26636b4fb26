"""Choose edits, apply them, gate the result; `dfopt.fix(…)` is `dfopt.fix.engine.fix`."""

from dfopt.callable_package import make_callable

make_callable(__name__, "engine")

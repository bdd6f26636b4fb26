"""Plans a final stage that holds only what the program needs; `dfopt.slim(…)` is `dfopt.slim.slimming.slim`."""

from dfopt.callable_package import make_callable

make_callable(__name__, "slimming")

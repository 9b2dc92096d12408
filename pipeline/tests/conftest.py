"""Let every test folder import the builders that stand beside this file, and no test fail by the clock."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

# The first call of a library may take longer than the 200 ms that an example has, on a busy machine.
settings.register_profile("pipeline", deadline=None)
settings.load_profile("pipeline")

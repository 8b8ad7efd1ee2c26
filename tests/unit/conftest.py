"""Hypothesis for all of them: no deadline, since the machine may be busy, and its notes kept with the other state."""

import eth_account  # noqa: F401 - it moves the limit of recursion when it is first imported, and Hypothesis minds
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from citycoin.runtime.domain.addresses import ROOT

set_hypothesis_home_dir(ROOT / "var" / "hypothesis")
settings.register_profile("city", deadline=None, max_examples=60)
settings.load_profile("city")

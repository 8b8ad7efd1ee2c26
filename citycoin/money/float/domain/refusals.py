"""Why nothing is sold while the float differs."""

from __future__ import annotations

from citycoin.foundation.kernel.errors import Unavailable


class FloatDiffers(Unavailable):
    """The bank has more or less than it is owed for: nothing is sold until somebody has found out why."""

    code = "float_differs"
    ko = "시청이 은행 잔액을 확인하고 있어서 지금은 충전할 수 없어요. 돈은 나가지 않았어요. 나중에 다시 해 주세요."
    en = "The city is checking its bank balance, so nothing is sold now. No money moved. Please try again later."

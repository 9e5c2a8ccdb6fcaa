"""Units in which AWS and its neighbours bill, and whole billing blocks.

Bills count in blocks of 512 KB, 64 KB or 1 ms and in words such as "key-month", not in SI units,
so this is a closed list and one function; a unit library would know neither.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from enum import StrEnum

from archlab.domain.money import MONEY


class Unit(StrEnum):
    """The unit of one priced quantity, in the word of the price snapshot."""

    ACL_MONTH = "ACL-month"
    ACU_HOUR = "ACU-hour"
    ALARM_MONTH = "alarm-month"
    CLUSTER_MONTH = "cluster-month"
    CONNECTION_MINUTE = "connection-minute"
    DASHBOARD_MONTH = "dashboard-month"
    DELIVERY = "delivery"
    ENDPOINT_AZ_HOUR = "endpoint-AZ-hour"
    EVENT = "event"
    GB = "GB"
    GB_HOUR = "GB-hour"
    GB_MONTH = "GB-month"
    GB_SECOND = "GB-second"
    GIB_MONTH = "GiB-month"
    HOUR = "hour"
    IOPS_MONTH = "IOPS-month"
    KEY_MONTH = "key-month"
    LCU_HOUR = "LCU-hour"
    MBPS_MONTH = "MBps-month"
    MESSAGE = "message"
    METRIC_MONTH = "metric-month"
    MILLION_RU = "million-RU"
    MONTH = "month"
    NLCU_HOUR = "NLCU-hour"
    QUERY = "query"
    RCU_HOUR = "RCU-hour"
    REQUEST = "request"
    RRU = "RRU"
    RULE_MONTH = "rule-month"
    SEAT_MONTH = "seat-month"
    SECRET_MONTH = "secret-month"  # noqa: S105 - a unit, not a secret
    TRACE = "trace"
    VCPU_HOUR = "vCPU-hour"
    WCU_HOUR = "WCU-hour"
    WRU = "WRU"
    ZONE_MONTH = "zone-month"

    @property
    def scales_with_month(self) -> bool:
        """Only hours grow with the month; a key-month or a GB-month is one in any month."""
        return self.endswith("hour")

    def of(self, quantity: Decimal) -> str:
        """The unit as it stands behind a number: "744 h", "2 zone-months", "1 request"."""
        for word, short in (("hour", "h"), ("second", "s")):
            if self.endswith(word):
                return self.removesuffix(word) + short
        if quantity == 1 or self[-1].isupper():
            return str(self)
        return self[:-1] + "ies" if self.endswith("y") else f"{self}s"


def blocks(quantity: Decimal, size: Decimal) -> Decimal:
    """Whole billing blocks that a payload of `quantity` fills, at least one.

    Both are in the same unit. An empty request is still one block. Built on the exact remainder,
    because `//` on Decimal truncates and a rounded quotient can lose the part of the last block.
    """
    with localcontext(MONEY):
        if quantity < 0 or size <= 0:
            raise ValueError(
                f"{quantity} in blocks of {size}: write a quantity from 0 up and a "
                "block size above 0"
            )
        whole, rest = divmod(quantity, size)
        return max(Decimal(1), whole + 1 if rest else whole)

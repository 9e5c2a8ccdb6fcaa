"""What users ask of a system: rates and sizes, with the values that follow from them."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from archlab.domain.architecture.parameters import Parameters

SECONDS_PER_DAY = Decimal(86_400)
KIB_PER_GB = Decimal(1024 * 1024)


class Demand(Parameters):
    """Requests and their sizes. A derived value that is written down wins over its formula."""

    requests_per_day: Decimal = Field(Decimal(0), ge=0, description="requests per day, on average")
    peak_factor: Decimal = Field(
        Decimal(3), ge=1, le=100, description="peak rate divided by the average rate"
    )
    peak_rps: Decimal | None = Field(
        None, ge=0, description="requests per second at the peak; default: average x peak factor"
    )
    users: Decimal | None = Field(None, ge=0, description="people who use the system in a month")
    request_kib: Decimal = Field(Decimal(1), ge=0, description="size of a request in KiB")
    response_kib: Decimal = Field(Decimal(8), ge=0, description="size of a response in KiB")
    internet_out_gb: Decimal | None = Field(
        None, ge=0, description="GB to the internet per month; default: requests x response size"
    )
    src: tuple[str, ...] = ()

    @property
    def per_second(self) -> Decimal:
        """Average requests per second."""
        return self.requests_per_day / SECONDS_PER_DAY

    @property
    def peak_per_second(self) -> Decimal:
        """Requests per second at the peak: as written, else average x peak factor."""
        return self.per_second * self.peak_factor if self.peak_rps is None else self.peak_rps

    def requests(self, month_hours: int) -> Decimal:
        """Requests in a month of so many hours."""
        return self.requests_per_day * month_hours / 24

    def out_gb(self, month_hours: int) -> Decimal:
        """GB to the internet in a month: as written, else requests x response size (1024^2 KiB)."""
        if self.internet_out_gb is not None:
            return self.internet_out_gb
        return self.requests(month_hours) * self.response_kib / KIB_PER_GB

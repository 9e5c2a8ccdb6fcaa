"""Fact readers: what of a deployed system is looked at, one small JSON each.

A reader is found by the id of its check and answers `{"subjects": [{"id": logical id, ...}]}`.
"""

from __future__ import annotations

from collections.abc import Mapping

from archlab.sandboxes.engine.readers import (
    autoscaling,
    cloudwatch,
    ec2,
    ecs,
    elbv2,
    rds,
    serverless,
    sqs,
    stores,
)
from archlab.sandboxes.engine.readers.registering import REGISTERED, Reader

_ROOMS = (autoscaling, cloudwatch, ec2, ecs, elbv2, rds, serverless, sqs, stores)

READERS: Mapping[str, Reader] = REGISTERED

__all__ = ["READERS", "Reader"]

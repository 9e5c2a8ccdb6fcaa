"""Resource type -> its handler."""

from __future__ import annotations

from collections.abc import Mapping

from archlab.sandboxes.engine.contract import Handler
from archlab.sandboxes.engine.handlers import (
    acm,
    apigatewayv2,
    cloudfront,
    cloudwatch,
    dynamodb,
    ec2_machines,
    ec2_network,
    ecr,
    ecs,
    elasticache,
    elbv2,
    events,
    iam,
    kms,
    lambda_,
    logs,
    rds,
    route53,
    s3,
    scaling,
    secretsmanager,
    sns,
    sqs,
    ssm,
    wafv2,
)

_MODULES = (
    acm,
    apigatewayv2,
    cloudfront,
    cloudwatch,
    dynamodb,
    ec2_machines,
    ec2_network,
    ecr,
    ecs,
    elasticache,
    elbv2,
    events,
    iam,
    kms,
    lambda_,
    logs,
    rds,
    route53,
    s3,
    scaling,
    secretsmanager,
    sns,
    sqs,
    ssm,
    wafv2,
)

HANDLERS: Mapping[str, Handler] = {one.type: one for module in _MODULES for one in module.HANDLERS}

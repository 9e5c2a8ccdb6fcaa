"""An architecture as one CloudFormation template."""

from __future__ import annotations

from archlab.domain.architecture.deployable import NotDeployable
from archlab.domain.cloudformation.compiler import (
    REGIONS,
    Template,
    Undeployable,
    Unfit,
    compile_template,
    template_of,
)
from archlab.domain.cloudformation.differ import ResourceChange, differences

__all__ = [
    "REGIONS",
    "NotDeployable",
    "ResourceChange",
    "Template",
    "Undeployable",
    "Unfit",
    "compile_template",
    "differences",
    "template_of",
]

"""An architecture as one CloudFormation template."""

from __future__ import annotations

from archlab.domain.architecture.deployable import NotDeployable
from archlab.domain.cloudformation.compiler import (
    Template,
    Undeployable,
    Unfit,
    compile_template,
    template_of,
)

__all__ = [
    "NotDeployable",
    "Template",
    "Undeployable",
    "Unfit",
    "compile_template",
    "template_of",
]

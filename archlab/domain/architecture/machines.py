"""What instances of EC2 have in common in a template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archlab.domain.architecture.deployable import Json, Resource, Resources, Site

if TYPE_CHECKING:
    from archlab.domain.architecture.component import Component

_GRAVITON = re.compile(r"[a-z]+[0-9]+g[a-z]*\.")


def image_of(instance_type: str) -> str:
    """The template's parameter with the image for a type.

    A g after the number of its generation is Graviton.
    """
    return "ImageArm" if _GRAVITON.match(instance_type) else "ImageX86"


def root_disk(gib: int, type_: str) -> Json:
    """An encrypted disk that goes with its instance."""
    disk: Json = {
        "VolumeSize": gib,
        "VolumeType": type_,
        "Encrypted": True,
        "DeleteOnTermination": True,
    }
    return [{"DeviceName": "/dev/xvda", "Ebs": disk}]


def instance_profile(component: Component, site: Site) -> Resources:
    """What the processes on a machine may do, and a session for whoever looks after it."""
    return {
        **site.role(
            component,
            "ec2.amazonaws.com",
            policies=["AmazonSSMManagedInstanceCore"],
            statements=site.grants(component),
        ),
        "Profile": Resource("AWS::IAM::InstanceProfile", {"Roles": [site.ref(component, "Role")]}),
    }

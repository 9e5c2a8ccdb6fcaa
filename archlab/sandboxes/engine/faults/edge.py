"""Mistakes at the edge."""

from __future__ import annotations

from typing import Any

from archlab.sandboxes.engine.acts import update_distribution
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.faults.planting import plants
from archlab.sandboxes.engine.scene import Scene

DISTRIBUTION = "AWS::CloudFront::Distribution"
CACHED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""AWS's own cache policy CachingOptimized."""


@plants("cf_https_only", DISTRIBUTION, "The edge answers without encryption.")
def allow_plain(scene: Scene, made: Made) -> None:
    def change(config: dict[str, Any]) -> None:
        config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] = "allow-all"

    update_distribution(scene, made, change)


@plants("cf_waf_attached", DISTRIBUTION, "The web firewall is taken off the edge.")
def drop_firewall(scene: Scene, made: Made) -> None:
    update_distribution(scene, made, lambda config: config.update({"WebACLId": ""}))


@plants("cf_api_path_behavior", DISTRIBUTION, "The path of the API is gone.")
def drop_paths(scene: Scene, made: Made) -> None:
    none: dict[str, Any] = {"Quantity": 0, "Items": []}
    update_distribution(scene, made, lambda config: config.update({"CacheBehaviors": none}))


@plants("cf_api_not_cached", DISTRIBUTION, "Answers of the API are cached.")
def cache_api(scene: Scene, made: Made) -> None:
    def change(config: dict[str, Any]) -> None:
        config["CacheBehaviors"]["Items"][0]["CachePolicyId"] = CACHED

    update_distribution(scene, made, change)

"""Repairs of the edge."""

from __future__ import annotations

from typing import Any

from archlab.domain.grading.state_checks.edge import API, UNCACHED
from archlab.sandboxes.engine.acts import update_distribution
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.edits.editing import edits
from archlab.sandboxes.engine.faults.edge import DISTRIBUTION
from archlab.sandboxes.engine.scene import Scene


@edits("encrypt_edge", "Redirect visitors to HTTPS", DISTRIBUTION, "cf_https_only")
def encrypt_edge(scene: Scene, made: Made) -> None:
    def change(config: dict[str, Any]) -> None:
        config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] = "redirect-to-https"

    update_distribution(scene, made, change)


@edits("guard_edge", "Attach the web firewall to the edge", DISTRIBUTION, "cf_waf_attached")
def guard_edge(scene: Scene, made: Made) -> None:
    acl = scene.helper("AWS::WAFv2::WebACL").attributes["Arn"]
    update_distribution(scene, made, lambda config: config.update({"WebACLId": acl}))


@edits("add_api_path", "Give the API a path", DISTRIBUTION, "cf_api_path_behavior")
def add_api_path(scene: Scene, made: Made) -> None:
    """To the origin that is no bucket, with what holds for all other paths."""

    def change(config: dict[str, Any]) -> None:
        servers = [one for one in config["Origins"]["Items"] if "CustomOriginConfig" in one]
        origin = (servers or config["Origins"]["Items"])[0]["Id"]
        path = {
            **config["DefaultCacheBehavior"],
            "PathPattern": API,
            "TargetOriginId": origin,
            "CachePolicyId": UNCACHED,
        }
        config["CacheBehaviors"] = {"Quantity": 1, "Items": [path]}

    update_distribution(scene, made, change)


@edits("uncache_api", "Cache no answers of the API", DISTRIBUTION, "cf_api_not_cached")
def uncache_api(scene: Scene, made: Made) -> None:
    def change(config: dict[str, Any]) -> None:
        for one in config["CacheBehaviors"].get("Items", []):
            if one["PathPattern"] == API:
                one["CachePolicyId"] = UNCACHED

    update_distribution(scene, made, change)

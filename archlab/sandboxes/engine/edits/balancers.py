"""Repairs of load balancers."""

from __future__ import annotations

from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.edits.editing import Choice, Number, edits
from archlab.sandboxes.engine.faults.balancers import listener_arn, set_idle, stick
from archlab.sandboxes.engine.readers.elbv2 import BALANCER, TARGETS
from archlab.sandboxes.engine.scene import Scene

REDIRECT = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}


@edits("redirect_plain", "Send plain HTTP on to HTTPS", BALANCER, "http_redirects_to_https")
def redirect_plain(scene: Scene, made: Made) -> None:
    scene.client("elbv2").modify_listener(
        ListenerArn=listener_arn(scene, made, 80),
        DefaultActions=[{"Type": "redirect", "RedirectConfig": REDIRECT}],
    )


@edits("listen_securely", "Make an HTTPS listener", BALANCER, "tls_listener")
def listen_securely(scene: Scene, made: Made) -> None:
    certificate = scene.helper("AWS::CertificateManager::Certificate", made).physical_id
    scene.client("elbv2").create_listener(
        LoadBalancerArn=made.physical_id,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": certificate}],
        DefaultActions=[
            {"Type": "forward", "TargetGroupArn": scene.helper(TARGETS, made).physical_id}
        ],
    )


@edits(
    "change_health_path",
    "Change what the balancer asks",
    TARGETS,
    "tg_health_path",
    parameters=[
        Choice("path", "Path", ("/health", "/ready", "/"), "/health"),
        Number("interval_s", "Seconds between two questions", 5, 300, 10),
        Number("failures", "Failures in a row", 2, 10, 3),
    ],
)
def change_health_path(scene: Scene, made: Made, path: str, interval_s: int, failures: int) -> None:
    scene.client("elbv2").modify_target_group(
        TargetGroupArn=made.physical_id,
        HealthCheckPath=path,
        HealthCheckIntervalSeconds=interval_s,
        UnhealthyThresholdCount=failures,
    )


@edits("stick", "Let a visitor stay with one target", TARGETS, "sticky_for_websocket")
def stick_to_target(scene: Scene, made: Made) -> None:
    stick(scene, made, on=True)


@edits(
    "change_idle",
    "Change when an idle connection is cut",
    BALANCER,
    "alb_idle_120",
    parameters=[Number("seconds", "Seconds", 1, 4000, 120)],
)
def change_idle(scene: Scene, made: Made, seconds: int) -> None:
    set_idle(scene, made, seconds)


@edits("attach_firewall", "Attach the web firewall", BALANCER, "waf_attached_to_alb")
def attach_firewall(scene: Scene, made: Made) -> None:
    scene.client("wafv2").associate_web_acl(
        ResourceArn=made.physical_id, WebACLArn=scene.helper("AWS::WAFv2::WebACL").attributes["Arn"]
    )

"""Mistakes at load balancers."""

from __future__ import annotations

from archlab.sandboxes.engine.acts import listener_of
from archlab.sandboxes.engine.contract import Made
from archlab.sandboxes.engine.faults.planting import plants
from archlab.sandboxes.engine.readers.elbv2 import BALANCER, TARGETS
from archlab.sandboxes.engine.scene import Scene
from archlab.sandboxes.engine.values import refused


def listener_arn(scene: Scene, balancer: Made, port: int) -> str:
    """The listener on a port. Raises `Refused` where there is none."""
    found = listener_of(scene, balancer, port)
    if found is None:
        raise refused(balancer.logical_id, f"Nothing listens on port {port}.")
    return str(found["ListenerArn"])


@plants("http_redirects_to_https", BALANCER, "Port 80 serves visitors without encryption.")
def serve_plain(scene: Scene, made: Made) -> None:
    forward = {"Type": "forward", "TargetGroupArn": scene.helper(TARGETS, made).physical_id}
    scene.client("elbv2").modify_listener(
        ListenerArn=listener_arn(scene, made, 80), DefaultActions=[forward]
    )


@plants("tls_listener", BALANCER, "The HTTPS listener is gone.")
def delete_secure_listener(scene: Scene, made: Made) -> None:
    scene.client("elbv2").delete_listener(ListenerArn=listener_arn(scene, made, 443))


@plants("tg_health_path", TARGETS, "The balancer asks the first page.")
def ask_first_page(scene: Scene, made: Made) -> None:
    scene.client("elbv2").modify_target_group(TargetGroupArn=made.physical_id, HealthCheckPath="/")


@plants("sticky_for_websocket", TARGETS, "A visitor meets another target each time.")
def drop_stickiness(scene: Scene, made: Made) -> None:
    stick(scene, made, on=False)


def stick(scene: Scene, made: Made, *, on: bool) -> None:
    attribute = {"Key": "stickiness.enabled", "Value": "true" if on else "false"}
    scene.client("elbv2").modify_target_group_attributes(
        TargetGroupArn=made.physical_id, Attributes=[attribute]
    )


@plants("alb_idle_120", BALANCER, "An idle connection is cut after a minute.")
def cut_early(scene: Scene, made: Made) -> None:
    set_idle(scene, made, 60)


def set_idle(scene: Scene, made: Made, seconds: int) -> None:
    attribute = {"Key": "idle_timeout.timeout_seconds", "Value": str(seconds)}
    scene.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=made.physical_id, Attributes=[attribute]
    )


@plants("waf_attached_to_alb", BALANCER, "The web firewall is attached to nothing.")
def detach_firewall(scene: Scene, made: Made) -> None:
    scene.client("wafv2").disassociate_web_acl(ResourceArn=made.physical_id)

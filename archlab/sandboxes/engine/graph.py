"""Which resource needs which, and so the order in which they are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from archlab.sandboxes.engine.intrinsics import attribute_of, function_of, sub_parts, variables
from archlab.sandboxes.engine.values import Problem, Value, refused

Needs = Mapping[str, frozenset[str]]


def references(value: Value) -> Iterator[str]:
    """Every name to which a value refers: parameters, pseudo parameters and resources."""
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, dict):
        name = function_of(value)
        if name in _NAMED:
            yield from _NAMED[name](value[name])
        else:
            for inner in value.values():
                yield from references(inner)


def _of_ref(value: Value) -> Iterator[str]:
    yield str(value)


def _of_attribute(value: Value) -> Iterator[str]:
    if found := attribute_of(value):
        yield found[0]


def _of_sub(value: Value) -> Iterator[str]:
    text, own = sub_parts(value)
    yield from references(own)
    yield from (one.split(".")[0] for one in variables(text or "") if one not in own)


_NAMED: Mapping[str, Callable[[Value], Iterator[str]]] = {
    "Ref": _of_ref,
    "Fn::GetAtt": _of_attribute,
    "Fn::Sub": _of_sub,
}


def order(needs: Needs) -> tuple[str, ...]:
    """Every name after all that it needs, by levels, each in the order of the alphabet.

    Raises `Refused` with a whole circle, where there is one.
    """
    left = {name: set(needed) for name, needed in needs.items()}
    done: list[str] = []
    while left:
        ready = sorted(name for name, needed in left.items() if not needed)
        if not ready:
            circle = " → ".join(_circle(left))
            raise refused("Resources", f"These resources need each other in a circle: {circle}.")
        done += ready
        for name in ready:
            del left[name]
        for needed in left.values():
            needed.difference_update(ready)
    return tuple(done)


def _circle(left: Mapping[str, set[str]]) -> Sequence[str]:
    """Everything that is left waits for something that is left, so a walk comes back."""
    walk = [min(left)]
    while True:
        following = min(left[walk[-1]])
        if following in walk:
            return [*walk[walk.index(following) :], following]
        walk.append(following)


def below(name: str, needs: Needs) -> frozenset[str]:
    """Everything that stands before a name, near and far."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for needed in needs[waiting.pop()] - found:
            found.add(needed)
            waiting.append(needed)
    return frozenset(found)


def hidden(
    types: Mapping[str, str], properties: Mapping[str, Mapping[str, Value]], needs: Needs
) -> Iterator[Problem]:
    """Orders that AWS needs and no reference shows; an emulator works without them."""
    attachments = {name for name, of in types.items() if of == "AWS::EC2::VPCGatewayAttachment"}
    entrances = {
        name for name, of in types.items() if of.startswith("AWS::ElasticLoadBalancingV2::Listener")
    }
    for name, of in types.items():
        given = properties[name]
        outward = (
            of == "AWS::EC2::NatGateway"
            or (of == "AWS::EC2::Route" and "GatewayId" in given)
            # an address that nothing uses belongs to no network yet
            or (of == "AWS::EC2::EIP" and any(name in needed for needed in needs.values()))
        )
        if outward and attachments and not attachments & below(name, needs):
            yield _missing(name, "the internet gateway is attached", attachments)
        served = of == "AWS::ECS::Service" and "LoadBalancers" in given
        if served and not entrances & below(name, needs):
            yield _missing(name, "its listener stands", entrances)


def _missing(name: str, until: str, candidates: set[str]) -> Problem:
    wanted = " or ".join(sorted(candidates)) or "it"
    said = f"AWS makes this only when {until}: add {wanted}."
    return Problem(f"Resources.{name}.DependsOn", said)

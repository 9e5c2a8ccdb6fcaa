"""Checks of the edge: CloudFront and what it does with the requests of an API."""

from __future__ import annotations

from archlab.domain.grading.state_checks.check import Check, Finding, Subject, said

UNCACHED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""AWS's own cache policy CachingDisabled."""
ENCRYPTED = ("redirect-to-https", "https-only")
KINDS = ("cloudfront",)
READS = ("cloudfront:GetDistributionConfig",)
API = "/api/*"


def _api(subject: Subject) -> Finding:
    paths = [one["path"] for one in subject["behaviours"]]
    return Finding("" if API in paths else "no_path", said("paths", paths))


def _uncached(subject: Subject) -> Finding:
    found = [one for one in subject["behaviours"] if one["path"] == API]
    if not found:
        return Finding("no_path", "no path for the API")
    policy = found[0]["cache_policy"]
    return Finding("" if policy == UNCACHED else "cached", said("cache policy", policy))


def _encrypted(subject: Subject) -> Finding:
    all_ = [subject["default_protocol"], *(one["protocol"] for one in subject["behaviours"])]
    plain = [one for one in all_ if one not in ENCRYPTED]
    return Finding("plain" if plain else "", said("protocols", sorted(set(all_))))


def _guarded(subject: Subject) -> Finding:
    acl = subject["acl"]
    return Finding("" if acl else "no_acl", said("web ACL", acl or None))


CHECKS = (
    Check(
        id="cf_api_path_behavior",
        title="The edge knows the path of the API",
        expected="a behaviour for /api/*",
        lesson="Pages and API share one name; the path decides who answers.",
        origin="seed",
        seeds=("002",),
        kinds=KINDS,
        reader="distributions",
        reads=READS,
        look=_api,
        reasons={"no_path": "No behaviour belongs to the path of the API."},
    ),
    Check(
        id="cf_api_not_cached",
        title="Answers of the API are not cached",
        expected="/api/* uses the policy that caches nothing",
        lesson="A cached answer of an API is somebody else's answer.",
        origin="seed",
        seeds=("002",),
        kinds=KINDS,
        reader="distributions",
        reads=READS,
        look=_uncached,
        reasons={
            "no_path": "No behaviour belongs to the path of the API.",
            "cached": "Answers of the API are kept at the edge.",
        },
    ),
    Check(
        id="cf_https_only",
        title="The edge speaks HTTPS with visitors",
        expected="every behaviour redirects to HTTPS or refuses anything else",
        lesson="What leaves the visitor's device in the clear is read on the way.",
        origin="added",
        seeds=(),
        kinds=KINDS,
        reader="distributions",
        reads=READS,
        look=_encrypted,
        reasons={"plain": "A behaviour answers without encryption."},
    ),
    Check(
        id="cf_waf_attached",
        title="A web firewall stands at the edge",
        expected="a web ACL on the distribution",
        lesson="At the edge a bad request is refused before it costs anything behind it.",
        origin="seed",
        seeds=("000",),
        kinds=("cloudfront", "waf_acl"),
        reader="distributions",
        reads=READS,
        look=_guarded,
        reasons={"no_acl": "No web ACL is attached to the distribution."},
    ),
)

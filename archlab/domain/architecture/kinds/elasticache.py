"""Nodes of ElastiCache, billed by the hour."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from archlab.domain.architecture.component import Component, Context, Glyph, delay
from archlab.domain.architecture.deployable import Need, NotDeployable, Resource, Resources, Site
from archlab.domain.architecture.failure import FailureMode, cache_node_lost
from archlab.domain.architecture.flow import FlowHop
from archlab.domain.latency import Hop
from archlab.domain.pricing import Usage
from archlab.domain.units import Unit

VERSIONS = {"redis": "7.1", "valkey": "8.0"}
"""As offered in November 2026."""


class Elasticache(Component):
    title: ClassVar[str] = "Cache"
    category: ClassVar[Glyph] = "cache"
    unmodelled: ClassVar[str] = "an impaired zone, the load that a cold cache passes on"

    kind: Literal["elasticache"] = "elasticache"
    engine: Literal["redis", "valkey", "memcached"] = Field("redis", description="cache engine")
    class_: str = Field(alias="class", description="node class, such as cache.t4g.micro")
    nodes: int = Field(1, ge=1, le=90, description="nodes; those of memcached are no replicas")
    hit_ratio: Decimal = Field(
        Decimal(0), ge=0, le=1, description="share of requests answered here; the flow's own wins"
    )
    usd_hour: Decimal = Field(
        Decimal(0), ge=0, description="USD per node-hour as stated; 0: the row of the price book"
    )

    in_transit_tls: bool = Field(default=True, description="connections are encrypted")

    def usage(self, context: Context) -> list[Usage]:
        hours = self.nodes * context.hours
        if not self.usd_hour:
            return [Usage(f"AmazonElastiCache:ondemand.{self.engine}.{self.class_}", hours)]
        return [
            Usage(
                "stated:elasticache.usd_hour",
                hours,
                stated_usd=self.usd_hour,
                unit=Unit.HOUR,
                quantity_class=self.stated_class,
            )
        ]

    def hop(self, context: Context, spec: FlowHop) -> Hop:
        hop = delay(self, spec)
        return hop if spec.hit_ratio is not None else replace(hop, hit_ratio=float(self.hit_ratio))

    def failure_modes(self) -> list[FailureMode]:
        replicated = self.nodes > 1 and self.engine != "memcached"
        return [cache_node_lost(replicated=replicated, hits=self.label)]

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({"network"})

    @property
    def port(self) -> int:
        return 6379

    def resources(self, site: Site) -> Resources:
        if self.engine == "memcached":
            raise NotDeployable("The sandbox deploys Redis and Valkey; memcached has no replicas.")
        spread = self.nodes > 1
        return {
            **site.firewall(self, ports=(self.port,)),
            "Subnets": Resource(
                "AWS::ElastiCache::SubnetGroup",
                {
                    "Description": f"Where {self.id} stands",
                    "SubnetIds": site.subnets(2, public=False),
                },
            ),
            "": Resource(
                "AWS::ElastiCache::ReplicationGroup",
                {
                    "ReplicationGroupDescription": self.label,
                    "Engine": self.engine,
                    "EngineVersion": VERSIONS[self.engine],
                    "CacheNodeType": self.class_,
                    "NumCacheClusters": self.nodes,
                    "AutomaticFailoverEnabled": spread,
                    "MultiAZEnabled": spread,
                    "TransitEncryptionEnabled": self.in_transit_tls,
                    "AtRestEncryptionEnabled": True,
                    "CacheSubnetGroupName": site.ref(self, "Subnets"),
                    "SecurityGroupIds": [site.group(self)],
                },
                keeps_data=True,
            ),
        }

    def detail(self) -> str:
        return self.class_ if self.nodes == 1 else f"{self.nodes} x {self.class_}"

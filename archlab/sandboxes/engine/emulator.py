"""The one call that the emulator lacks and a teardown needs."""

from __future__ import annotations

from typing import Any

NEEDED_FOR = "AWS::ElastiCache::SubnetGroup"


def complete() -> None:
    """Have the emulator of this process delete the subnets of a cache."""
    # imported late, like the emulator itself: the parent of an attempt never loads it
    from moto.core.responses import EmptyResult
    from moto.elasticache.exceptions import CacheSubnetGroupNotFound
    from moto.elasticache.responses import ElastiCacheResponse

    def delete_cache_subnet_group(self: Any) -> EmptyResult:
        name = self._get_param("CacheSubnetGroupName")
        if self.elasticache_backend.cache_subnet_groups.pop(name, None) is None:
            raise CacheSubnetGroupNotFound(name)
        return EmptyResult()

    emulated: Any = ElastiCacheResponse
    emulated.delete_cache_subnet_group = delete_cache_subnet_group

"""The one call that the emulator lacks and a teardown needs."""

from __future__ import annotations

from moto.core.responses import EmptyResult
from moto.elasticache.exceptions import CacheSubnetGroupNotFound
from moto.elasticache.responses import ElastiCacheResponse


def delete_cache_subnet_group(self: ElastiCacheResponse) -> EmptyResult:
    name = self._get_param("CacheSubnetGroupName")
    if self.elasticache_backend.cache_subnet_groups.pop(name, None) is None:
        raise CacheSubnetGroupNotFound(name)
    return EmptyResult()


def complete() -> None:
    """Have the emulator of this process answer it."""
    ElastiCacheResponse.delete_cache_subnet_group = delete_cache_subnet_group

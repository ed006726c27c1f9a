"""What Prometheus is told: versions, sources and their health, the response cache."""

from __future__ import annotations

from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from hub.live import StoreLive
from hub.readmodel import ReadModels


class Metrics:
    """Gauges of one process, set each time that they are asked for."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._version = Gauge("hub_data_version", "Data version that is served.", registry=self.registry)
        self._healthy = Gauge(
            "hub_source_healthy", "1 where the last run left the source healthy.", ["source"], registry=self.registry
        )
        self._stale = Gauge("hub_source_stale", "1 where the source is stale.", ["source"], registry=self.registry)
        self._age = Gauge(
            "hub_source_age_seconds", "Seconds since the source was last read.", ["source"], registry=self.registry
        )
        self._cache = Gauge("hub_response_cache", "The response cache.", ["what"], registry=self.registry)

    async def observe(self, live: StoreLive, models: ReadModels, cache: Any) -> None:
        """Set every gauge to what is true now."""
        self._version.set(models.current.data_version if models.ready else 0)
        now = live.now()
        for key, source in (await live.sources()).items():
            self._healthy.labels(key).set(source.healthy)
            self._stale.labels(key).set(source.stale)
            if source.fetched_at is not None:
                self._age.labels(key).set((now - source.fetched_at).total_seconds())
        for name in ("hits", "misses", "not_modified", "entries", "bytes"):
            value = getattr(cache, name, None)
            if value is not None:
                self._cache.labels(name).set(value)

    def text(self) -> bytes:
        """All gauges, in Prometheus' own format."""
        return generate_latest(self.registry)

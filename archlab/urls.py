from __future__ import annotations

from django.urls import include, path

from archlab.catalog.views import sources

urlpatterns = [
    path("", include("archlab.operations.urls")),
    path("", include("archlab.accounts.urls")),
    path("", include("archlab.web.urls")),
    path("sources/", sources, name="sources"),
    path("scenarios/", include("archlab.catalog.urls")),
    path("", include("archlab.journeys.urls")),
    path("calculators/", include("archlab.calculators.urls")),
    path("sandboxes/", include("archlab.sandboxes.urls")),
    path("records/", include("archlab.records.urls")),
]

handler400 = "archlab.web.errors.bad_request"
handler403 = "archlab.web.errors.forbidden"
handler404 = "archlab.web.errors.not_found"
handler500 = "archlab.web.errors.server_error"

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from archlab.catalog.views import sources, words
from archlab.records.views import permalink

urlpatterns = [
    path("", include("archlab.operations.urls")),
    path("", include("archlab.accounts.urls")),
    path("jobs/", include("archlab.jobs.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("", include("archlab.web.urls")),
    path("sources/", sources, name="sources"),
    path("glossary/", words, name="glossary"),
    path("scenarios/", include("archlab.catalog.urls")),
    path("", include("archlab.journeys.urls")),
    path("calculators/", include("archlab.calculators.urls")),
    path("sandboxes/", include("archlab.sandboxes.urls")),
    path("drills/", include("archlab.drills.urls")),
    path("practice/", include("archlab.practice.urls")),
    path("records/", include("archlab.records.urls")),
    path("r/<str:key>", permalink, name="permalink"),
    path("decisions/", include("archlab.records.ours_urls")),
]
if settings.OIDC_URL:
    urlpatterns += [
        path("account/", include("allauth.socialaccount.urls")),
        path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
    ]

handler400 = "archlab.web.errors.bad_request"
handler403 = "archlab.web.errors.forbidden"
handler404 = "archlab.web.errors.not_found"
handler429 = "archlab.web.errors.too_many"  # allauth asks for it
handler500 = "archlab.web.errors.server_error"

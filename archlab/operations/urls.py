from __future__ import annotations

from django.urls import path

from archlab.operations import aws_views, job_views, views

app_name = "operations"
urlpatterns = [
    path("healthz/live", views.live, name="live"),
    path("healthz/ready", views.ready, name="ready"),
    path("prices/", views.prices, name="prices"),
    path("prices/compare/", views.compare, name="compare"),
    path("prices/<str:key>/", views.price, name="price"),
    path("operations/jobs/", job_views.jobs, name="jobs"),
    path("operations/jobs/<uuid:public_id>/", job_views.job, name="job"),
    path("operations/jobs/<uuid:public_id>/cancel/", job_views.cancel, name="cancel_job"),
    path("operations/jobs/<uuid:public_id>/again/", job_views.run_again, name="run_job_again"),
    path("operations/aws/", aws_views.aws, name="aws"),
    path("operations/aws/<uuid:run_id>/again/", aws_views.retry_aws, name="retry_aws"),
    path("people/", views.people, name="people"),
]

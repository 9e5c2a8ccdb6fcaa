from __future__ import annotations

from django.urls import include, path

from archlab.records import views

app_name = "records"

# /records/
urlpatterns = [
    path("", views.shelf, name="shelf"),
    path("compare/", views.compare, name="compare"),
    path("new/<slug:source>/", views.new, name="new"),
    path("shared/<str:link>/", views.shared, name="shared"),
    # /records/<run or learner>/
    path("", include("archlab.records.pdf_urls")),
    path("<uuid:binder_id>/", views.listing, name="list"),
    path("<uuid:binder_id>/decisions.zip", views.tree, name="tree"),
    path("<uuid:binder_id>/decisions.patch", views.patch, name="patch"),
    path("<uuid:binder_id>/<slug:slug>/", views.page, name="page"),
    path("<uuid:binder_id>/<slug:slug>/keep/", views.keep, name="keep"),
    path("<uuid:binder_id>/<slug:slug>/share/", views.share, name="share"),
    path("<uuid:binder_id>/<slug:slug>/share/<int:link_id>/", views.unshare, name="unshare"),
    path("<uuid:binder_id>/<str:name>", views.file, name="file"),
]

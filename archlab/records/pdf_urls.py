from __future__ import annotations

from django.urls import path

from archlab.records import pdf_views as views

# /records/<run or learner>/
urlpatterns = [
    path("<uuid:binder_id>/pdf/", views.making, name="pdf_making"),
    path("<uuid:binder_id>/decisions.pdf", views.whole, name="pdf"),
    path("<uuid:binder_id>/<slug:slug>.pdf", views.one, name="pdf_one"),
]

"""Three doors: come in, a constant answer, and the blocking one."""

from django.urls import path

from tests.bench.plain import views

urlpatterns = [
    path("enter", views.enter),
    path("constant", views.constant),
    path("generate", views.generate),
]

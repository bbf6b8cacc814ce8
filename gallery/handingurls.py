"""The doors of handing out: downloads, links for guests, contact sheets."""

from django.urls import path

from gallery import takingviews

urlpatterns = [
    path("images/<uuid:uuid>/download", takingviews.image_download, name="image_download"),
    path("download", takingviews.download_page, name="download"),
    path("download.zip", takingviews.download_zip, name="download_zip"),
]

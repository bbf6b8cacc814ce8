"""The doors of handing out: downloads, links for guests, contact sheets."""

from django.urls import include, path

from gallery import contactviews, linkviews, takingviews

urlpatterns = [
    path("images/<uuid:uuid>/download", takingviews.image_download, name="image_download"),
    path("download", takingviews.download_page, name="download"),
    path("download.zip", takingviews.download_zip, name="download_zip"),
    path("sheet", contactviews.sheet, name="sheet"),
    path("links", linkviews.links_page, name="guest_links"),
    path("links/new", linkviews.new_link, name="new_guest_link"),
    path("links/<uuid:pk>", linkviews.link_page, name="guest_link"),
    path("links/<uuid:pk>/revoke", linkviews.revoke_link, name="revoke_guest_link"),
    path("", include("gallery.guesturls")),
]

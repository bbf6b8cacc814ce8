"""The doors of guests: everything below /g/ is told by a link's secret, or by an address that it signed."""

from django.urls import path

from gallery import guestmedia, guestviews

urlpatterns = [
    path("g/pictures/<str:signed>", guestmedia.picture, name="guest_picture"),
    path("g/<str:secret>", guestviews.wall, name="guest"),
    path("g/<str:secret>/enter", guestviews.enter, name="guest_enter"),
    path("g/<str:secret>/images.zip", guestmedia.download_all, name="guest_zip"),
    path("g/<str:secret>/<int:number>", guestviews.one, name="guest_one"),
    path("g/<str:secret>/<int:number>/mark", guestviews.mark, name="guest_mark"),
    path("g/<str:secret>/<int:number>/say", guestviews.say, name="guest_say"),
    path("g/<str:secret>/<int:number>/download", guestmedia.download, name="guest_download"),
]

"""The doors of the gallery."""

from django.urls import include, path, register_converter

from gallery import findingviews, foundviews, insightviews, views
from studio.generation.picturefacts import RENDITIONS


class TokenConverter:
    """The name of a picture's renditions: 32 characters that say nothing."""

    regex = r"[A-Za-z0-9_-]{32}"

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    to_url = to_python


class SizeConverter:
    """A rendition's long side."""

    regex = "|".join(map(str, RENDITIONS))

    def to_python(self, value: str) -> int:
        """Return it as a number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return it as text."""
        return str(value)


register_converter(TokenConverter, "picture_token")
register_converter(SizeConverter, "rendition")

urlpatterns = [
    path("gallery", views.gallery_page, name="gallery"),
    path("gallery/facets", findingviews.facets_page, name="gallery_facets"),
    path("gallery/news", findingviews.news, name="gallery_news"),
    path("gallery/suggest", findingviews.suggest, name="gallery_suggest"),
    path("gallery/manner", findingviews.manner, name="gallery_manner"),
    path("credits/insights", insightviews.my_insights, name="insights"),
    path("team/insights", insightviews.team_insights, name="team_insights"),
    path("compare", views.compare_page, name="compare"),
    path("compare/found/<uuid:pk>", foundviews.compare_found, name="compare_found"),
    path("images/<uuid:uuid>", views.image_page, name="image"),
    path("images/<uuid:uuid>/original", views.image_original, name="image_original"),
    path("images/<uuid:uuid>/version", views.image_version, name="image_version"),
    path("images/<uuid:uuid>/visibility", views.image_visibility, name="image_visibility"),
    path("", include("gallery.boardurls")),
    path("", include("gallery.judgingurls")),
    path("", include("gallery.handingurls")),
    path("pictures/<picture_token:token>/<rendition:size>.webp", views.picture, name="picture"),
]

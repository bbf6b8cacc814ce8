"""The doors of judging and talking."""

from django.urls import path

from gallery import judgingviews, talkviews, triageviews

urlpatterns = [
    path("images/<uuid:uuid>/rating", judgingviews.image_rating, name="image_rating"),
    path("images/<uuid:uuid>/decision", judgingviews.image_decision, name="image_decision"),
    path("images/<uuid:uuid>/decision/back", judgingviews.image_take_back, name="image_take_back"),
    path("images/<uuid:uuid>/news", judgingviews.image_news, name="image_news"),
    path("images/<uuid:uuid>/comments", talkviews.image_comments, name="image_comments"),
    path("comments/<uuid:uuid>/edit", talkviews.comment_edit, name="comment_edit"),
    path("comments/<uuid:uuid>/delete", talkviews.comment_delete, name="comment_delete"),
    path("comments/<uuid:uuid>/resolve", talkviews.comment_resolve, name="comment_resolve"),
    path("mentions", talkviews.mentions_page, name="mentions"),
    path("mentions/read", talkviews.mentions_read, name="mentions_read"),
    path("mentions/who", talkviews.who_to_call, name="who_to_call"),
    path("review", triageviews.review_page, name="review"),
    path("review/deck", triageviews.review_deck, name="review_deck"),
    path("review/rules", judgingviews.review_rules, name="review_rules"),
]

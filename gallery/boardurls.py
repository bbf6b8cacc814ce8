"""The doors of ordering: boards, tags, favourites, saved searches, many at once, the trash."""

from django.urls import path

from gallery import boardviews, bulkviews, searchviews, trashviews

urlpatterns = [
    path("gallery/do/<slug:name>", bulkviews.bulk_do, name="bulk"),
    path("gallery/compare", bulkviews.compare_these, name="compare_these"),
    path("deeds/<uuid:pk>/undo", bulkviews.deed_undo, name="deed_undo"),
    path("tags", bulkviews.tags_suggested, name="tags"),
    path("images/<uuid:uuid>/favourite", bulkviews.image_favourite, name="image_favourite"),
    path("boards", boardviews.boards_page, name="boards"),
    path("boards/<uuid:pk>", boardviews.board, name="board"),
    path("boards/<uuid:pk>/place", boardviews.board_place, name="board_place"),
    path("boards/<uuid:pk>/remove", boardviews.board_remove, name="board_remove"),
    path("boards/<uuid:pk>/back", boardviews.board_back, name="board_back"),
    path("searches", searchviews.search_save, name="search_save"),
    path("searches/<uuid:pk>", searchviews.search_change, name="search_change"),
    path("searches/<uuid:pk>/remove", searchviews.search_remove, name="search_remove"),
    path("trash", trashviews.trash_page, name="trash"),
    path("trash/restore", trashviews.trash_restore, name="trash_restore"),
    path("trash/purge", trashviews.trash_purge, name="trash_purge"),
    path("trash/<uuid:uuid>.webp", trashviews.trash_picture, name="trash_picture"),
]

"""The doors of the library."""

from django.urls import path

from studio.prompts import chipviews, importviews, keptviews, listviews, promptviews, styleviews

urlpatterns = [
    path("library", keptviews.library, name="library"),
    path("library/lists", listviews.lists_page, name="library_lists"),
    path("library/lists/new", listviews.new_list, name="library_new_list"),
    path("library/lists/check", listviews.check, name="library_check"),
    path("library/lists/export", listviews.export, name="library_export_lists"),
    path("library/lists/<uuid:pk>", listviews.list_page, name="library_list"),
    path("library/lists/<uuid:pk>/text", listviews.text_file, name="library_list_text"),
    path("library/styles", styleviews.styles_page, name="library_styles"),
    path("library/styles/new", styleviews.new_style, name="library_new_style"),
    path("library/styles/export", styleviews.export, name="library_export_styles"),
    path("library/styles/<uuid:pk>", styleviews.style_page, name="library_style"),
    path("library/prompts", promptviews.prompts_page, name="library_prompts"),
    path("library/prompts/new", promptviews.new_prompt, name="library_new_prompt"),
    path("library/prompts/labels", promptviews.labels_page, name="library_labels"),
    path("library/prompts/<uuid:pk>", promptviews.prompt_page, name="library_prompt"),
    path("library/prompts/<uuid:pk>/name", promptviews.rename, name="library_prompt_name"),
    path("library/prompts/<uuid:pk>/label", promptviews.move_label, name="library_label"),
    path("library/chips", chipviews.chips_page, name="library_chips"),
    path("library/chips/<uuid:pk>", chipviews.chip, name="library_chip"),
    path("library/chips/<uuid:pk>/move", chipviews.move, name="library_chip_move"),
    path("library/<slug:kind>/import", importviews.import_page, name="library_import"),
    path("library/imports/<uuid:pk>", importviews.preview_page, name="library_preview"),
    path("library/<slug:kind>/<uuid:pk>/delete", keptviews.delete, name="library_delete"),
    path("library/<slug:kind>/<uuid:pk>/restore", keptviews.restore, name="library_restore"),
]

"""The doors beside the composer: history, links to recipes, recipes out of pictures, sheets, repeats."""

from django.urls import path

from studio.generation import batchviews, historyviews, recipeviews, whatifviews

urlpatterns = [
    path("what-if", whatifviews.what_if, name="what_if"),
    path("history", historyviews.history_page, name="history"),
    path("history/<uuid:pk>/again", historyviews.history_again, name="history_again"),
    path("recipe", recipeviews.recipe, name="recipe"),
    path("recipe/link", recipeviews.recipe_link, name="recipe_link"),
    path("recipe/picture", recipeviews.picture_recipe, name="picture_recipe"),
    path("images/<uuid:uuid>/larger", recipeviews.promote, name="promote"),
    path("batches", batchviews.batches, name="batches"),
    path("runs/<uuid:pk>/sheet", batchviews.run_sheet, name="run_sheet"),
    path("batches/template.csv", batchviews.batch_template, name="batch_template"),
    path("batches/<uuid:pk>", batchviews.batch_page, name="batch"),
    path("batches/<uuid:pk>/mend", batchviews.batch_mend, name="batch_mend"),
    path("batches/<uuid:pk>/leave-out", batchviews.batch_leave_out, name="batch_leave_out"),
    path("batches/<uuid:pk>/start", batchviews.batch_start, name="batch_start"),
    path("batches/<uuid:pk>/stop", batchviews.batch_stop, name="batch_stop"),
    path("batches/<uuid:pk>/resume", batchviews.batch_resume, name="batch_resume"),
    path("batches/<uuid:pk>/again", batchviews.batch_again, name="batch_again"),
    path("batches/<uuid:pk>/discard", batchviews.batch_discard, name="batch_discard"),
    path("batches/<uuid:pk>/images.zip", batchviews.batch_zip, name="batch_zip"),
]

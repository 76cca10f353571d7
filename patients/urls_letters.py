"""The clinic's own words in letters. Version 0 of a kind is what the product says."""

from django.urls import path

from patients.views import letter_texts

urlpatterns = [
    path("", letter_texts.text_list, name="letter-texts"),
    path("<slug:kind>/<int:version>/", letter_texts.text, name="letter-text"),
    path("<slug:kind>/<int:version>/page/", letter_texts.page, name="letter-text-page"),
    path("<slug:kind>/<int:version>/try/", letter_texts.try_out, name="letter-text-try"),
    path("<slug:kind>/<int:version>/publish/", letter_texts.publish, name="letter-text-publish"),
    path(
        "<slug:kind>/<int:version>/throw-away/",
        letter_texts.throw_away,
        name="letter-text-throw-away",
    ),
    path("<slug:kind>/<slug:language>/write/", letter_texts.edit, name="letter-text-edit"),
    path(
        "<slug:kind>/<slug:language>/back/", letter_texts.back_to_product, name="letter-text-back"
    ),
]

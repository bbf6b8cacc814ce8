"""The doors of signing in, passwords and keys. allauth reverses its own names."""

from allauth.account import views as allauth
from django.urls import path

from studio.accounts import keypage, views

urlpatterns = [
    path("sign-in", views.sign_in, name="account_login"),
    path("sign-in/as/<slug:role>", views.demo_sign_in, name="demo_sign_in"),
    path("sign-out", views.sign_out, name="account_logout"),
    path("account/password", allauth.password_change, name="account_change_password"),
    path("account/password/first", allauth.password_set, name="account_set_password"),
    path("account/key", keypage.key_page, name="key"),
    path("team/key", keypage.team_key_page, name="team_key"),
]

"""The doors of signing in, passwords and keys. allauth reverses its own names."""

from django.urls import path

from studio.accounts import bannerviews, invitationviews, keypage, memberviews, views

urlpatterns = [
    path("sign-in", views.sign_in, name="account_login"),
    path("sign-in/as/<slug:role>", views.demo_sign_in, name="demo_sign_in"),
    path("sign-out", views.sign_out, name="account_logout"),
    path("account/password", views.password_change, name="account_change_password"),
    path("account/password/first", views.password_set, name="account_set_password"),
    path("account/key", keypage.key_page, name="key"),
    path("team/key", keypage.team_key_page, name="team_key"),
    path("team/members", memberviews.members_page, name="members"),
    path("team/members/<uuid:member_id>", memberviews.member_page, name="member"),
    path("team/invitations", invitationviews.invitations_page, name="invitations"),
    path("team/invitations/<uuid:pk>/revoke", invitationviews.invitation_revoke, name="invitation_revoke"),
    path("team/banner", bannerviews.banner_page, name="team_banner"),
    path("invite/<str:secret>", invitationviews.invitation, name="invitation"),
    path("setup", invitationviews.setup, name="setup"),
    path("setup/<str:secret>", invitationviews.setup, name="setup_link"),
]

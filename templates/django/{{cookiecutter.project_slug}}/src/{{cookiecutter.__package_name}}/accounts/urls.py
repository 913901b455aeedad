"""Which page of accounts is at which path below /account/."""

from django.urls import path

from . import views
from .models import Purpose

urlpatterns = [
    path("sign-up", views.SignUpView.as_view(), name="sign_up"),
    # By this name, the admin's page for signing in has a link to it.
    path("forgot-password", views.ForgotPasswordView.as_view(), name="admin_password_reset"),
    path(f"{Purpose.RESET}/<secret>", views.ResetPasswordView.as_view()),
    path(f"{Purpose.VERIFICATION}/<secret>", views.VerifyEmailView.as_view()),
]

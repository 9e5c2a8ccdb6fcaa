from __future__ import annotations

from django.apps import AppConfig, apps


class AccountsConfig(AppConfig):
    name = "archlab.accounts"

    def ready(self) -> None:
        from allauth.account.models import EmailAddress, EmailConfirmation
        from allauth.mfa.models import Authenticator

        from archlab.accounts import models, privacy

        through = models.User.groups.through, models.User.user_permissions.through
        for model in (*through, models.RoleGrant, EmailAddress):
            privacy.register(model, "user")
        privacy.register(EmailConfirmation, "email_address__user", hidden=["key"])
        privacy.register(Authenticator, "user", hidden=["data"])
        privacy.register(models.Session, "user", hidden=["session_key", "session_data"])
        privacy.register(models.Invitation, "user", hidden=["token_hash"])
        privacy.register(models.Learner, "pk", hidden=["token_hash"])
        privacy.register(models.User, "pk", hidden=["password"])
        if apps.is_installed("allauth.socialaccount"):
            from allauth.socialaccount.models import SocialAccount, SocialToken

            privacy.register(SocialAccount, "user")
            privacy.register(SocialToken, "account__user", hidden=["token", "token_secret"])

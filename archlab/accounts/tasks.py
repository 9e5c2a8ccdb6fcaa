from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django.utils.translation import gettext as _

from archlab.accounts import actions, invitations


def forget() -> None:
    """Let go of what is not kept, and tell the owners of unused accounts that theirs is next."""
    now = timezone.now()
    actions.forget_guests()
    actions.forget_sessions()
    invitations.forget_old(now=now)
    actions.erase_due(now=now)
    for user in actions.mark_unused(now=now):
        if user.email:
            said = _(
                "Nobody has used your account for two years. It will be erased in 30 days. "
                "Sign in once to keep it: %(site)s"
            ) % {"site": settings.SITE_URL}
            subject = _("archlab: your account is unused")
            send_mail(subject, said, None, [user.email], fail_silently=True)

"""Mail to the operators, who are the only ones who can end what is quarantined."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from archlab.accounts.queries import addresses_of_operators
from archlab.sandboxes.aws.storing import restored
from archlab.sandboxes.aws.teardown import Teardown
from archlab.sandboxes.models import AwsRun


def tell_operators(run: AwsRun) -> None:
    """A run could not be ended. Neither the account nor the learner is named in a mail."""
    teardown = restored(Teardown, run.teardown or {})
    said = _(
        "The stack %(stack)s in %(region)s could not be deleted, and it may cost money every "
        "hour. %(reason)s\n\nLook here:\n%(links)s\n\nThe site tries again every day: %(site)s"
    ) % {
        "stack": teardown.stack,
        "region": teardown.region,
        "reason": teardown.reason,
        "links": "\n".join(teardown.links),
        "site": settings.SITE_URL,
    }
    subject = _("archlab: %(stack)s is quarantined") % {"stack": teardown.stack}
    send_mail(subject, said, None, addresses_of_operators(), fail_silently=True)

"""Expired sessions and invitations do not pile up."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from kebu.accounts import people
from kebu.accounts.jobs import forget_expired
from kebu.accounts.models import Invitation


def test_expired_sessions_and_invitations_are_deleted(browser, alice, bob_user):
    browser.sign_in("bob@example.com")
    old, _ = people.add_and_invite(alice, "old@example.com", role="sales", name="Old")
    new, _ = people.add_and_invite(alice, "new@example.com", role="sales", name="New")
    past = timezone.now() - timedelta(seconds=1)
    Invitation.objects.filter(user=old).update(expires_at=past)
    Session.objects.create(session_key="expired", session_data="", expire_date=past)

    assert forget_expired(None) == 2

    assert Invitation.objects.get().user == new
    assert browser.me().status_code == 200

"""Moments of accounts that the apps above take part in, inside the same transaction."""

from uuid import UUID

from backoffice.shared.hooks import Hook

from .models import CustomUser

# Somebody was closed, or has another role or other rights: called after it was written. Sign-ins end here.
access_changed: Hook[[CustomUser]] = Hook("access_changed")

# Somebody was signed out of every browser: called inside the same transaction. Their apps end here.
signed_out_everywhere: Hook[[CustomUser]] = Hook("signed_out_everywhere")

# An instructor's numbers at the devices were entered or changed: called after they were written, with the key.
staff_numbers_changed: Hook[[UUID]] = Hook("staff_numbers_changed")

"""Sentences of other packages that staff and the apps' users meet and that have no Arabic of their own.

`makemessages` finds them here and keeps them in `locale/ar`, which is asked before every package's own catalogue.
Nothing imports this module. After an upgrade, add what is new and drop what is gone; spaces and line breaks are
part of a sentence, as its package wrote it.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

DJANGO = (
    _("Password-based authentication was disabled."),
    _("Set password: %s"),
    _("Reset password"),
    _("Set password"),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still"
        " be able to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    _("Password-based authentication"),
    _("Enabled"),
    _("Disabled"),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Enable password-based authentication for this user by setting a password."),
    _(
        "Enter a valid username. This value may contain only unaccented lowercase a-z and uppercase A-Z "
        "letters, numbers, and @/./+/-/_ characters."
    ),
    _("Constraint “%(name)s” is violated."),
    _("%(model)s instance with %(field)s %(value)r is not a valid choice."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Please submit at most %(num)d form.",
        "Please submit at most %(num)d forms.",
        "num",
    ),
    ngettext_lazy(
        "Please submit at least %(num)d form.",
        "Please submit at least %(num)d forms.",
        "num",
    ),
    ngettext_lazy(
        "Please correct the error below.",
        "Please correct the errors below.",
    ),
    # Django's own Arabic is "date".
    _("History"),
    # Django's own Arabic of these says "2 دقيقتين".
    ngettext_lazy("%(num)d year", "%(num)d years", "num"),
    ngettext_lazy("%(num)d month", "%(num)d months", "num"),
    ngettext_lazy("%(num)d week", "%(num)d weeks", "num"),
    ngettext_lazy("%(num)d day", "%(num)d days", "num"),
    ngettext_lazy("%(num)d hour", "%(num)d hours", "num"),
    ngettext_lazy("%(num)d minute", "%(num)d minutes", "num"),
)

# The rows of its screens; its log stays English.
DJANGO_Q = (
    _("Resubmit selected tasks to queue"),
    _("Time Taken"),
    _("Short result"),
    _("success"),
    _("last_run"),
    _("Task id"),
    _("32-character task identifier."),
    _("Name"),
    _("Optional human-readable name for lookup and display."),
    _("Function"),
    _("Dotted import path to the callable, e.g. myapp.tasks.job."),
    _("Hook"),
    _("Optional dotted path to a callback that receives the task result."),
    _("Pickled positional arguments (tuple)."),
    _("Arguments"),
    _("Keyword arguments"),
    _("Pickled keyword arguments (dict)."),
    _("Result"),
    _("Pickled return value or error payload."),
    _("Group"),
    _("Optional group id to aggregate related tasks."),
    _("Cluster"),
    _("Name of the cluster that executed this task."),
    _("Started at"),
    _("When the worker started executing the task."),
    _("Stopped at"),
    _("When the worker finished (success or failure)."),
    _("False if the task raised an exception or timed out."),
    _("Attempt count"),
    _("How many times execution was attempted."),
    _("Task"),
    _("Tasks"),
    _("Successful task"),
    _("Successful tasks"),
    _("Failed task"),
    _("Failed tasks"),
    _("Please install croniter to enable cron expressions"),
    _("Optional label to identify this schedule in the admin."),
    _("e.g. module.tasks.function"),
    _("e.g. module.tasks.result_function"),
    _("Once"),
    _("Minutes"),
    _("Hourly"),
    _("Daily"),
    _("Weekly"),
    _("Biweekly"),
    _("Monthly"),
    _("Bimonthly"),
    _("Quarterly"),
    _("Yearly"),
    _("Cron"),
    _("Schedule Type"),
    _("How often this task should be enqueued."),
    _("Number of minutes for the Minutes type"),
    _("Repeats"),
    _("n = n times, -1 = forever"),
    _("Next Run"),
    _("When this schedule runs next (stored in UTC)."),
    _("Cron expression"),
    _("Last task id"),
    _("Id of the last task spawned from this schedule (read-only)."),
    _("Name of the target cluster"),
    _("Intended date kwarg"),
    _("Name of kwarg to pass intended schedule date"),
    _("Scheduled task"),
    _("Scheduled tasks"),
    _("Cluster key"),
    _("Payload"),
    _("Signed serialized task package (do not edit manually)."),
    _("Lock until"),
    _("Prevent any cluster from pulling until"),
    _("Queue options"),
    _("Queued task"),
    _("Queued tasks"),
)

DJOSER = (
    _("Unable to log in with provided credentials."),
    _("User account is disabled."),
    _("Invalid token for given user."),
    _("Invalid user id or user doesn't exist."),
    _("Stale token for given user."),
    _("The two password fields didn't match."),
    _("The two {0} fields didn't match."),
    _("Invalid password."),
    _("User with given email does not exist."),
    _("Unable to create account."),
)

SIMPLEJWT = (
    _("No active account found for the given token."),
    _("Token is expired"),
    _("Token is invalid"),
    _("The user's password has been changed."),
    _("Outstanding Token"),
    _("Outstanding Tokens"),
    _("Token for %(user)s (%(jti)s)"),
    _("Blacklisted Token"),
    _("Blacklisted Tokens"),
    _("Blacklisted token for %(user)s"),
)

IMPORT_EXPORT = (
    _("The following fields are declared in 'import_id_fields' but are not present in the resource fields: %s"),
    _("The following fields are declared in 'import_id_fields' but are not present in the file headers: %s"),
    _("%s through import_export"),
    _("Import finished: {} new, {} updated, {} deleted and {} skipped {}."),
    _("%(exc_name)s encountered while trying to read file. Ensure you have chosen the correct format for the file."),
    _("No valid data to import. Ensure your file has the correct headers or data for import."),
    _("Value could not be parsed."),
    _("Resource"),
    _('Select at least 1 field for "%(resource_name)s" to export'),
    _("Select all"),
    ngettext_lazy(
        "Export %(len)s selected item.",
        "Export %(len)s selected items.",
        "len",
    ),
)

AXES = (
    _("Locked Out"),
    _("Clean up expired attempts"),
    _("Cleaned up {count} expired access attempts."),
    _("Not set"),
    _("Attempt Remaining"),
    _("Access Attempt"),
    _("Expires At"),
    _("The time when access attempt expires and is no longer valid."),
    _("Session key hash (sha256)"),
)

REST_FRAMEWORK = (_("A valid biginteger is required."),)

WAGTAIL = (
    _("simple translations"),
    _("admins"),
    _("Can access Wagtail admin"),
    _("Can choose image"),
    _("Can choose document"),
    # Wagtail's own Arabic of these is wrong, or means something else.
    _("Snippets"),
    _("Locale"),
    _("Settings"),
    _("Save Selected"),
    _("Actions"),
    _("None"),
    _("Root"),
    _("Locked by"),
    _("Anyone"),
)

// Sentences of Django's own admin scripts that have no Arabic there; `makemessages -d djangojs` finds them here.
// No page loads this file.
gettext('Choose %s by selecting them and then select the "Choose" arrow button.');
gettext('Remove %s by selecting them and then select the "Remove" arrow button.');
gettext("Choose all %s");
gettext("Choose selected %s");
gettext("Remove all %s");
gettext("Remove selected %s");
gettext("Type into this box to filter down the list of selected %s.");
gettext("(click to clear)");
ngettext("%s selected option not visible", "%s selected options not visible", 2);
gettext("Saturday");
gettext("Sunday");
gettext("Monday");
gettext("Tuesday");
gettext("Wednesday");
gettext("Thursday");
gettext("Friday");
gettext("Sat");
gettext("Sun");
gettext("Mon");
gettext("Tue");
gettext("Wed");
gettext("Thur");
gettext("Fri");

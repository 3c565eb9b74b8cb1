"""How Egypt's offices write numbers, dates and times: Western digits, `1,234.50`, day before month, 12 hours.

Django's Arabic writes `1234,50`, and its English would read 3/4 as the 4th of March; both languages of the admin
share these formats, so that switching the language never changes what a date means.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3

DATE_FORMAT = "d/m/Y"
SHORT_DATE_FORMAT = "d/m/Y"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "d/m/Y g:i A"
SHORT_DATETIME_FORMAT = "d/m/Y g:i A"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
# Sunday is 0 here: the week begins on Saturday.
FIRST_DAY_OF_WEEK = 6

# The first of each list is what an input shows; ISO stays readable for pasted and programmatic values.
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y/%m/%d"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M%p", "%H:%M:%S.%f"]
DATETIME_INPUT_FORMATS = [
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S.%f",
    "%d-%m-%Y %H:%M",
]

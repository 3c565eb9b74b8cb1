"""The SQL that fills `benchmarks.million`: plans first (who pays what when), then every table from the plans.

Everything follows from the number of a row by arithmetic, so two databases of one version hold the same rows. A plan
is a table `plan_…`, gone at the end; keys are made from numbers, so no table has to be joined to find them.
"""

from backoffice.shared.text import fold

MEN = (
    "أحمد", "محمود", "عمر", "يوسف", "ياسين", "مؤمن", "إسلام", "زياد", "حسن", "حسين", "عبدالله", "عبدالرحمن", "مصطفى",
    "إبراهيم", "خالد", "طارق", "كريم", "هشام", "سامح", "وليد", "شريف", "أيمن", "رامي", "حازم", "عادل", "سعيد", "فتحي",
)  # fmt: skip
WOMEN = (
    "خديجة", "فاطمة", "هبة", "آية", "مريم", "سارة", "ليلى", "نور", "شهد", "جنى", "رقية", "منى", "هدى", "أسماء", "سلمى",
    "ندى", "ياسمين", "دعاء", "إيمان", "رحاب", "شيماء", "نهى", "ملك", "حبيبة", "لجين",
)  # fmt: skip
FAMILIES = (
    "الشافعي", "عبدالعزيز", "المصري", "حسنين", "رضوان", "البنا", "الجندي", "عثمان", "منصور", "الديب", "شلبي", "غنيم",
    "السيد", "فرغلي", "القاضي", "النجار", "الحداد", "بدوي", "زهران", "مرسي", "الطحان", "سليمان", "عوض",
)  # fmt: skip
SUBJECTS = (
    "برمجة للأطفال", "نور البيان", "تحفيظ جزء عم", "رسم وأشغال يدوية", "أساسيات التجويد", "السباحة", "الروبوت",
    "اللغة الإنجليزية", "الحساب الذهني", "الخط العربي", "كرة القدم", "التصوير",
)  # fmt: skip

PARENTS, CHILDREN, STUDENTS, STAFF = 36_000, 60_000, 3_960, 40
CASHIERS = 10
COURSES, ADULT_COURSES, PLACES_IN_COURSE = 2_000, 200, 150
ENROLLMENTS = COURSES * PLACES_IN_COURSE
PAYMENTS, CREDITS = 1_000_000, 2_000
#: The year of a receipt's number is that of its day in Cairo.
YEAR = "extract(year FROM moment AT TIME ZONE 'Africa/Cairo')::int"


def _words(name: str, words: tuple[str, ...]) -> str:
    """A function that gives the n-th word, as written and (`…_folded`) as found."""
    return "".join(
        f"CREATE FUNCTION {name}{suffix}(n bigint) RETURNS text IMMUTABLE LANGUAGE sql RETURN "
        f"(ARRAY[{', '.join(repr(change(word)) for word in words)}])[1 + n % {len(words)}];\n"
        for suffix, change in (("", str), ("_folded", fold))
    )


FUNCTIONS = f"""
CREATE FUNCTION key(kind text, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql RETURN md5(kind || n)::uuid;
CREATE FUNCTION cairo(day date, minute bigint) RETURNS timestamptz STABLE LANGUAGE sql
    RETURN (day + minute * interval '1 minute') AT TIME ZONE 'Africa/Cairo';
CREATE FUNCTION mobile(n bigint) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN '+201' || (ARRAY['0', '1', '2', '5'])[1 + n % 4] || lpad(((n * 7919 + 1234567) % 100000000)::text, 8, '0');
CREATE FUNCTION code(n bigint) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN CASE n % 2 WHEN 0 THEN 'M' ELSE 'F' END || lpad((((n / 2 + 1) * 61387 + 4211) % 100000)::text, 5, '0');
{_words("man", MEN)}{_words("woman", WOMEN)}{_words("family", FAMILIES)}{_words("subject", SUBJECTS)}
"""
_FUNCTIONS = ("key(text, bigint)", "cairo(date, bigint)", "mobile(bigint)", "code(bigint)", *(
    f"{name}{suffix}(bigint)" for name in ("man", "woman", "family", "subject") for suffix in ("", "_folded")
))  # fmt: skip

#: Two of a school year and one of the summer, year after year.
SEASONS = """
CREATE TABLE plan_seasons AS
SELECT n, key('season', n) AS id, starts AS first_day, (starts + length)::date AS last_day,
    kind, label || ' ' || extract(year FROM starts) AS name
FROM (SELECT n, (DATE '2022-09-10' + (n / 3) * interval '1 year' + (n % 3) * interval '150 days')::date AS starts,
        CASE n % 3 WHEN 2 THEN 60 ELSE 130 END AS length,
        CASE n % 3 WHEN 2 THEN 'summer_camp' ELSE 'school' END AS kind,
        (ARRAY['الفصل الأول', 'الفصل الثاني', 'النادي الصيفي'])[1 + n % 3] AS label
    FROM generate_series(0, 9) n) s;
"""

ENROLLMENT_PLAN = f"""
CREATE UNLOGGED TABLE plan_enrollments AS
SELECT n, course, key('enrollment', n) AS id, key('course', course) AS course_id, is_child, who,
    CASE WHEN is_child THEN key('child', who) END AS child_id,
    CASE WHEN NOT is_child THEN key('student', who) END AS student_id,
    CASE WHEN is_child THEN key('parent', who % {PARENTS}) END AS parent_id,
    list_price, discount, list_price - discount AS price, parts, season, s.first_day + (n % 40)::int AS day,
    CASE WHEN n * 7919 % 100 < 3 THEN 'refunded' WHEN n * 7919 % 100 < 10 THEN 'dropped'
        WHEN n * 7919 % 100 < 12 THEN 'suspended' WHEN season < 8 THEN 'completed' ELSE 'active' END AS status
FROM (
    SELECT n, course, course % 10 AS season, course >= {ADULT_COURSES} AS is_child,
        CASE WHEN course < {ADULT_COURSES} THEN n * 7 % {STUDENTS}
            ELSE (n - {ADULT_COURSES * PLACES_IN_COURSE}) * 7 % {CHILDREN} END AS who,
        (600 + course * 37 % 48 * 50)::numeric(10, 2) AS list_price,
        (CASE n % 10 WHEN 3 THEN 60 + course * 37 % 48 * 5 ELSE 0 END)::numeric(10, 2) AS discount,
        CASE WHEN n % 3 = 0 AND n / 3 < %(fourths)s THEN 4 ELSE 3 END AS parts
    FROM (SELECT n, n / {PLACES_IN_COURSE} AS course FROM generate_series(0::bigint, {ENROLLMENTS - 1}) n) numbers
) e JOIN (SELECT n AS number, first_day FROM plan_seasons) s ON s.number = season;
"""

# `moment` is when the row was written; a settled row was paid then, too.
PAYMENT_PLAN = f"""
CREATE UNLOGGED TABLE plan_payments AS
SELECT *, CASE method WHEN 'cash' THEN '' WHEN 'other' THEN '' WHEN 'card' THEN 'POS' || lpad(n::text, 9, '0')
        WHEN 'bank_transfer' THEN 'FT' || (24000000000 + n * 7919)
        ELSE (300000000000 + n * 7919)::text END AS reference,
    CASE WHEN method = 'cash' AND is_settled AND NOT is_imported
        THEN key('session', (day - DATE '2020-01-01') * {CASHIERS} + cashier) END AS session_id
FROM (
    SELECT *, key('payment', n) AS id, cairo(day, 540 + n * 7 % 700) AS moment,
        status IN ('paid', 'partially_refunded', 'refunded') AS is_settled,
        n % 20 = 7 AND NOT is_credit AS is_imported,
        (day - DATE '2020-01-01' + n * 3) % {CASHIERS} AS cashier,
        CASE WHEN n * 31 % 100 < 55 THEN 'cash' WHEN n * 31 % 100 < 75 THEN 'instapay'
            WHEN n * 31 % 100 < 87 THEN 'vodafone_cash' WHEN n * 31 % 100 < 93 THEN 'card'
            WHEN n * 31 % 100 < 99 THEN 'bank_transfer' ELSE 'other' END AS method
    FROM (
        SELECT row_number() OVER (ORDER BY e.n, k) AS n, e.n AS enrollment, e.id AS enrollment_id, e.parent_id,
            e.student_id, k, false AS is_credit, (e.day + (k - 1) * 14)::date AS day,
            CASE WHEN k < parts THEN trunc(price / parts, 2)
                ELSE price - trunc(price / parts, 2) * (parts - 1) END AS amount,
            CASE WHEN e.status = 'refunded' THEN 'refunded' WHEN k = parts AND e.n % 11 IN (1, 4) THEN 'pending'
                WHEN k = parts AND (e.n % 11 = 7 OR e.status = 'dropped') THEN 'void'
                WHEN (e.n * 4 + k) % 97 = 0 THEN 'partially_refunded' ELSE 'paid' END AS status
        FROM plan_enrollments e CROSS JOIN LATERAL generate_series(1, parts) k
        UNION ALL
        SELECT {PAYMENTS} - %(credits)s + c, NULL, NULL, key('parent', c * 11), NULL, 1, true,
            DATE '2025-09-20' + (c % 200)::int, 100 + c % 9 * 50, 'paid'
        FROM generate_series(1::bigint, %(credits)s) c
    ) numbered
) p;
"""

REFUND_PLAN = f"""
CREATE UNLOGGED TABLE plan_refunds AS
SELECT *, key('refund', n) AS id, cairo(day, 700 + n % 60) AS moment,
    CASE WHEN method = 'cash' AND status = 'processed'
        THEN key('session', (day - DATE '2020-01-01') * {CASHIERS} + cashier) END AS session_id
FROM (
    SELECT n, enrollment_id, method, is_imported, cashier AS recorder, (cashier + 1 + n % 3) % {CASHIERS} AS cashier,
        day + 15 + (n % 9)::int AS day,
        CASE status WHEN 'partially_refunded' THEN round(amount / 4, 2) WHEN 'refunded' THEN amount
            ELSE least(amount, 50) END AS amount,
        CASE WHEN status <> 'paid' THEN 'processed' WHEN n % 4999 = 0 THEN 'requested' ELSE 'rejected' END AS status
    FROM plan_payments p WHERE status IN ('refunded', 'partially_refunded')
        OR (status = 'paid' AND NOT is_credit AND (n % 4999 = 0 OR n % 3001 = 0))
) r;
"""

SESSION_PLAN = """
CREATE UNLOGGED TABLE plan_sessions AS
SELECT session_id AS id, cashier, day, sum(came) AS came, sum(went) AS went FROM (
    SELECT session_id, cashier, day, amount AS came, 0 AS went FROM plan_payments WHERE session_id IS NOT NULL
    UNION ALL
    SELECT session_id, cashier, day, 0, amount FROM plan_refunds WHERE session_id IS NOT NULL
) money GROUP BY session_id, cashier, day;
"""

_PLANS = "plan_receipts, plan_sessions, plan_refunds, plan_payments, plan_enrollments, plan_seasons"
DROP_PLANS = f"DROP TABLE {_PLANS};\n" + "\n".join(f"DROP FUNCTION {name};" for name in _FUNCTIONS)

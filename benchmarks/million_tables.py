"""Which column of which table comes from what of the plans (`million_rows`), in the order of foreign keys."""

from .million_rows import ADULT_COURSES, CASHIERS, CHILDREN, PARENTS, PLACES_IN_COURSE, STAFF, STUDENTS, YEAR

#: (table, {column: expression}, the rest of the SELECT). Columns that a table doesn't have are left out.
type Filling = tuple[str, dict[str, str], str]

_USER = {
    "password": "'!'",
    "is_superuser": "false",
    "phone_number2": "''",
    "email": "NULL",
    "gender": "'male'",
    "is_active": "true",
    "is_verified": "true",
    "date_joined": "TIMESTAMPTZ '2022-09-01 09:00+02'",
    "updated_at": "TIMESTAMPTZ '2022-09-01 09:00+02'",
}


def user_columns(kind: str, phones_from: int, role: str, *, staff: str = "false") -> dict[str, str]:
    """The columns of accounts of one kind; their numbers follow from how many were given before them."""
    phone = f"mobile(n + {phones_from})"
    return _USER | {
        "id": f"key('{kind}', n)",
        "phone_number1": phone,
        "first_name": "man(n) || ' ' || man(n / 27 + 3)",
        "last_name": "man(n / 5 + 1) || ' ' || family(n / 3)",
        "search_text": "man_folded(n) || ' ' || man_folded(n / 27 + 3) || ' ' || man_folded(n / 5 + 1) || ' ' "
        f"|| family_folded(n / 3) || ' ' || {phone} || ' 0' || substr({phone}, 4)",
        "role": f"'{role}'",
        "is_staff": staff,
    }


_CHILD_NAME = "CASE n % 2 WHEN 0 THEN man{0}(n / 2) ELSE woman{0}(n / 2) END || ' ' || man{0}(n % {1}) || ' ' " + (
    "|| man{0}(n % {1} / 27 + 3) || ' ' || family{0}(n % {1} / 3)"
)
_CODE_NUMBER = f"n + {CHILDREN}"
_CASHIER = "key('staff', {0} + 10)"

PEOPLE: tuple[Filling, ...] = (
    ("users_customuser", user_columns("parent", 0, "parent"), f"generate_series(0::bigint, {PARENTS - 1}) n"),
    ("users_customuser", user_columns("student", PARENTS, "student"), f"generate_series(0::bigint, {STUDENTS - 1}) n"),
    (
        "users_customuser",
        user_columns("staff", PARENTS + STUDENTS, "admin", staff="true"),
        f"generate_series(0::bigint, {STAFF - 1}) n",
    ),
    ("users_parent", {"user_id": "key('parent', n)"}, f"generate_series(0::bigint, {PARENTS - 1}) n"),
    (
        "users_studentuser",
        {"user_id": "key('student', n)", "unique_code": f"code({_CODE_NUMBER})"},
        f"generate_series(0::bigint, {STUDENTS - 1}) n",
    ),
    (
        "users_child",
        {
            "id": "key('child', n)",
            "primary_parent_id": f"key('parent', n % {PARENTS})",
            "name": _CHILD_NAME.format("", PARENTS),
            "search_text": _CHILD_NAME.format("_folded", PARENTS) + " || ' ' || lower(code(n))",
            "unique_code": "code(n)",
            "dob": f"CASE WHEN n % 97 <> 0 THEN DATE '2011-01-01' + (n / {PARENTS} * 700 + n % 365)::int END",
            "gender": "CASE n % 2 WHEN 0 THEN 'boy' ELSE 'girl' END",
            "created_at": "TIMESTAMPTZ '2022-09-01 09:00+02'",
        },
        f"generate_series(0::bigint, {CHILDREN - 1}) n",
    ),
)

COURSES: tuple[Filling, ...] = (
    (
        "courses_season",
        {
            "id": "id",
            "name": "name",
            "type": "kind",
            "start_date": "first_day",
            "end_date": "last_day",
            "is_active": "n > 7",
        },
        "plan_seasons",
    ),
    (
        "courses_course",
        {
            "id": "key('course', e.course)",
            "season_id": "key('season', season)",
            "name": "subject(e.course / 10) || ' ' || e.course",
            "search_text": "subject_folded(e.course / 10) || ' ' || e.course",
            "slug": "'course-' || e.course",
            "start_date": "s.first_day",
            "end_date": "s.last_day",
            "price": "max(list_price)",
            "capacity": str(PLACES_IN_COURSE),
            "enrolled_count": "count(*) FILTER (WHERE status IN ('active', 'suspended', 'completed'))",
            "for_adults": f"e.course < {ADULT_COURSES}",
            "is_active": "true",
            "created_at": "cairo(s.first_day, -9999)",
            "updated_at": "cairo(s.first_day, -9999)",
        },
        "plan_enrollments e JOIN plan_seasons s ON s.n = season GROUP BY e.course, season, s.first_day, s.last_day",
    ),
)

PLACES: tuple[Filling, ...] = (
    (
        "enrollments_enrollmentrequest",
        {
            "id": "key('request', n)",
            "child_id": "child_id",
            "student_id": "student_id",
            "course_id": "course_id",
            "status": "'accepted'",
            "created_at": "cairo(day, 400)",
            "decided_at": "cairo(day, 539)",
        },
        "plan_enrollments ORDER BY day, n",
    ),
    (
        "enrollments_enrollment",
        {
            "id": "id",
            "child_id": "child_id",
            "student_id": "student_id",
            "course_id": "course_id",
            "request_id": "key('request', n)",
            "status": "status",
            "list_price": "list_price",
            "discount": "discount",
            "discount_reason": "CASE WHEN discount > 0 THEN 'أخوة' ELSE '' END",
            "price": "price",
            "status_reason": "CASE WHEN status IN ('dropped', 'refunded') THEN 'ظروف الأسرة' ELSE '' END",
            "enrolled_at": "cairo(day, 539)",
            "ended_at": "CASE WHEN status IN ('dropped', 'refunded') THEN cairo((day + 70)::date, 900) END",
            "accepted_by_id": _CASHIER.format(f"n % {CASHIERS}"),
        },
        "plan_enrollments ORDER BY day, n",
    ),
)

MONEY: tuple[Filling, ...] = (
    (
        "payments_cashsession",
        {
            "id": "id",
            "cashier_id": _CASHIER.format("cashier"),
            "opened_at": "cairo(day, 500)",
            "opening_float": "greatest(500, went - came + 500)",
            "closed_at": "cairo(day, 1300)",
            "expected": "greatest(500, went - came + 500) + came - went",
            "counted": "greatest(500, went - came + 500) + came - went",
            "difference": "0",
            "difference_reason": "''",
        },
        "plan_sessions ORDER BY day, cashier",
    ),
    (
        "shared_importbatch",
        {
            "id": "key('batch', n)",
            "kind": "'children'",
            "status": "'committed'",
            "file_name": "'الطلاب ' || n || '.xlsx'",
            "uploaded_at": "TIMESTAMPTZ '2022-09-01 09:00+02'",
            "committed_at": "TIMESTAMPTZ '2022-09-01 09:00+02'",
        },
        "generate_series(0::bigint, 9) n",
    ),
    # Of PostgreSQL's own triggers each payment then gets its party.
    (
        "payments_paymentparty",
        {
            "participant_id": "participant",
            "payer_id": "payer",
            "participant_text": "coalesce(payments_participant_words(participant), '')",
            "payer_text": "u.search_text",
        },
        "(SELECT DISTINCT coalesce(e.child_id, e.student_id) AS participant, "
        "coalesce(p.parent_id, p.student_id) AS payer "
        "FROM plan_payments p LEFT JOIN plan_enrollments e ON e.id = p.enrollment_id) pairs "
        "JOIN users_customuser u ON u.id = payer ORDER BY payer, participant",
    ),
    (
        "payments_payment",
        {
            "id": "id",
            "enrollment_id": "enrollment_id",
            "payer_parent_id": "parent_id",
            "payer_student_id": "student_id",
            "amount": "amount",
            "method": "method",
            "reference_number": "reference",
            "status": "status",
            "paid_at": "CASE WHEN is_settled THEN moment END",
            "recorded_at": "moment",
            "recorded_by_id": f"CASE WHEN NOT is_imported THEN {_CASHIER.format('cashier')} END",
            "cash_session_id": "session_id",
            "import_batch_id": "CASE WHEN is_imported THEN key('batch', n % 10) END",
            "notes": "CASE n % 13 WHEN 0 THEN 'دفعة ' || k || ' من رسوم الدورة' ELSE '' END",
            "void_reason": "CASE status WHEN 'void' THEN 'لم يصل المبلغ' ELSE '' END",
        },
        "plan_payments ORDER BY moment, n",
    ),
    (
        "payments_receipt",
        {
            "id": "key('receipt', n)",
            "payment_id": "id",
            "year": "year",
            "serial": "serial",
            "number": "number",
            "issued_at": "moment",
            "e_receipt": "r.text",
            "e_uuid": "r.uuid",
            "e_qr": "r.qr",
            "times_printed": "1",
            "content": "jsonb_build_object('seller', 'واحة الرضوان', 'payer', man(n) || ' ' || family(n), "
            "'payer_phone', mobile(n), 'participant', woman(n) || ' ' || family(n), 'participant_code', "
            "code(n % 60000), 'course', subject(n), 'season', 'الفصل الأول', 'amount', "
            "amount::text, 'currency', 'EGP', 'method', method, "
            "'reference_number', reference, 'paid_at', moment, 'cashier', man(cashier), 'price', amount::text, "
            "'paid', amount::text, 'balance', '0.00')",
        },
        "plan_payments JOIN plan_receipts r USING (n) ORDER BY moment, n",
    ),
    (
        "payments_refundrequest",
        {
            "id": "id",
            "payment_id": "key('payment', n)",
            "enrollment_id": "enrollment_id",
            "amount": "amount",
            "reason": "'انسحاب'",
            "status": "status",
            "requested_at": "moment - interval '2 hours'",
            "requested_by_id": _CASHIER.format("cashier"),
            "recorded_by_id": f"CASE WHEN NOT is_imported THEN {_CASHIER.format('recorder')} END",
            "decided_at": "CASE WHEN status <> 'requested' THEN moment - interval '1 hour' END",
            "decided_by_id": "CASE WHEN status <> 'requested' THEN key('staff', 1) END",
            "decision_reason": "CASE status WHEN 'rejected' THEN 'بعد الموعد' ELSE '' END",
            "processed_at": "CASE status WHEN 'processed' THEN moment END",
            "processed_by_id": f"CASE status WHEN 'processed' THEN {_CASHIER.format('cashier')} END",
            "cash_session_id": "session_id",
            "number": "CASE status WHEN 'processed' THEN 'R-' || year || '-' || lpad(serial::text, 6, '0') END",
        },
        f"(SELECT *, {YEAR} AS year, row_number() OVER "
        f"(PARTITION BY {YEAR}, status = 'processed' ORDER BY moment, n) AS serial FROM plan_refunds) r "
        "ORDER BY moment, n",
    ),
    (
        "shared_counter",
        {"key": "'receipt:' || year", "value": "max(serial)"},
        "payments_receipt GROUP BY year",
    ),
    (
        "shared_counter",
        {"key": "'refund:' || substr(number, 3, 4)", "value": "count(*)"},
        "payments_refundrequest WHERE number IS NOT NULL GROUP BY substr(number, 3, 4)",
    ),
    (
        "shared_counter",
        {"key": "'code:' || letter", "value": str((CHILDREN + STUDENTS) // 2)},
        "unnest(ARRAY['M', 'F']) letter",
    ),
)

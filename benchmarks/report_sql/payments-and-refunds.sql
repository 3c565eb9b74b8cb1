WITH money AS (
    SELECT date_trunc('month', p.paid_at AT TIME ZONE 'Africa/Cairo')::date AS period, e.course_id, method,
        count(*) AS payments, sum(amount) AS taken, 0 AS refunds, 0 AS given
    FROM payments_payment p LEFT JOIN enrollments_enrollment e ON e.id = p.enrollment_id
    WHERE p.status IN ('paid', 'partially_refunded', 'refunded')
        AND p.paid_at >= %(from)s AND p.paid_at < %(until)s AND (%(season)s IS NULL
            OR e.course_id IN (SELECT id FROM courses_course WHERE season_id = %(season)s::uuid))
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT date_trunc('month', r.processed_at AT TIME ZONE 'Africa/Cairo')::date, e.course_id, p.method, 0, 0,
        count(*), sum(r.amount)
    FROM payments_refundrequest r JOIN payments_payment p ON p.id = r.payment_id
    LEFT JOIN enrollments_enrollment e ON e.id = r.enrollment_id
    WHERE r.status = 'processed' AND r.processed_at >= %(from)s AND r.processed_at < %(until)s
        AND (%(season)s IS NULL OR e.course_id IN (SELECT id FROM courses_course WHERE season_id = %(season)s::uuid))
    GROUP BY 1, 2, 3
)
SELECT period, s.name AS season_name, c.name AS course_name, method, sum(payments) AS payments, sum(taken) AS taken,
    sum(refunds) AS refunds, sum(given) AS given, sum(taken) - sum(given) AS net
FROM money LEFT JOIN courses_course c ON c.id = course_id LEFT JOIN courses_season s ON s.id = c.season_id
GROUP BY period, course_id, s.name, c.name, method ORDER BY period, season_name, course_name, method

WITH money AS (
    SELECT date_trunc('month', p.paid_at AT TIME ZONE 'Africa/Cairo')::date AS month, sum(amount) AS taken, 0 AS given
    FROM payments_payment p LEFT JOIN enrollments_enrollment e ON e.id = p.enrollment_id AND %(season)s IS NOT NULL
    WHERE p.status IN ('paid', 'partially_refunded', 'refunded')
        AND p.paid_at >= %(year_before)s AND p.paid_at < %(year_ends)s AND (%(season)s IS NULL
            OR e.course_id IN (SELECT id FROM courses_course WHERE season_id = %(season)s::uuid))
    GROUP BY 1
    UNION ALL
    SELECT date_trunc('month', r.processed_at AT TIME ZONE 'Africa/Cairo')::date, 0, sum(r.amount)
    FROM payments_refundrequest r LEFT JOIN enrollments_enrollment e ON e.id = r.enrollment_id
    WHERE r.status = 'processed' AND r.processed_at >= %(year_before)s AND r.processed_at < %(year_ends)s
        AND (%(season)s IS NULL OR e.course_id IN (SELECT id FROM courses_course WHERE season_id = %(season)s::uuid))
    GROUP BY 1
), months AS (SELECT month, sum(taken) AS taken, sum(given) AS given FROM money GROUP BY month)
SELECT m::date AS month, coalesce(this.taken, 0) AS taken, coalesce(this.given, 0) AS given,
    coalesce(this.taken - this.given, 0) AS net, coalesce(last.taken - last.given, 0) AS before,
    coalesce(this.taken - this.given, 0) - coalesce(last.taken - last.given, 0) AS change
FROM generate_series(make_date(%(year)s, 1, 1), make_date(%(year)s, 12, 1), interval '1 month') m
LEFT JOIN months this ON this.month = m::date LEFT JOIN months last ON last.month = (m - interval '1 year')::date
ORDER BY 1

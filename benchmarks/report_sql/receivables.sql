-- Payments, which are nearly all of it, are added up alone; the few rows of the other kinds together.
WITH paid AS (
    SELECT enrollment_id, sum(amount) AS credit FROM payments_payment
    WHERE status IN ('paid', 'partially_refunded', 'refunded') AND paid_at < %(until)s AND enrollment_id IS NOT NULL
    GROUP BY enrollment_id
), others AS (
    SELECT place, sum(charge) AS charge, sum(credit) AS credit, sum(later) AS later, min(at) AS at FROM (
        SELECT enrollment_id AS place, amount AS charge, 0 AS credit, greatest(amount, 0) AS later,
            CASE WHEN amount > 0 THEN at END AS at
        FROM enrollments_pricechange WHERE at < %(until)s
        UNION ALL SELECT target_id, 0, amount, 0, NULL FROM payments_allocation
        WHERE at < %(until)s AND target_id IS NOT NULL
        UNION ALL SELECT source_id, 0, -amount, amount, at FROM payments_allocation
        WHERE at < %(until)s AND source_id IS NOT NULL
        UNION ALL SELECT enrollment_id, 0, -amount, amount, processed_at FROM payments_refundrequest
        WHERE status = 'processed' AND processed_at < %(until)s AND enrollment_id IS NOT NULL
    ) moves GROUP BY place
), owing AS (
    SELECT e.id, e.child_id, e.student_id, e.course_id, e.enrolled_at, e.price + coalesce(o.charge, 0) AS charged,
        coalesce(p.credit, 0) + coalesce(o.credit, 0) AS paid, coalesce(o.later, 0) AS later, o.at
    FROM enrollments_enrollment e
    LEFT JOIN paid p ON p.enrollment_id = e.id LEFT JOIN others o ON o.place = e.id
    WHERE e.enrolled_at < %(until)s AND (%(season)s IS NULL
            OR e.course_id IN (SELECT id FROM courses_course WHERE season_id = %(season)s::uuid))
        AND (%(standing)s <> 'held' OR e.status <> 'dropped' OR e.ended_at >= %(until)s OR e.ended_at IS NULL)
        AND NOT (e.status = 'refunded' AND coalesce((SELECT max(processed_at) FROM payments_refundrequest r
            WHERE r.enrollment_id = e.id AND r.status = 'processed') < %(until)s, true))
), aged AS (
    SELECT *, charged - paid AS owed, CASE WHEN charged - paid > later THEN enrolled_at ELSE at END AS since
    FROM owing WHERE charged - paid > 0
)
SELECT a.id AS place, coalesce(child.name, trim(student.first_name || ' ' || student.last_name)) AS participant,
    trim(coalesce(parent.first_name || ' ' || parent.last_name, student.first_name || ' ' || student.last_name))
        AS payer,
    coalesce(parent.phone_number1, student.phone_number1) AS phone, course.name AS course, season.name AS season,
    a.since, a.charged, a.paid, a.owed,
    CASE WHEN a.since >= %(d30)s THEN a.owed ELSE 0 END AS upto_30,
    CASE WHEN a.since < %(d30)s AND a.since >= %(d60)s THEN a.owed ELSE 0 END AS upto_60,
    CASE WHEN a.since < %(d60)s AND a.since >= %(d90)s THEN a.owed ELSE 0 END AS upto_90,
    CASE WHEN a.since < %(d90)s THEN a.owed ELSE 0 END AS over_90
FROM aged a JOIN courses_course course ON course.id = a.course_id
JOIN courses_season season ON season.id = course.season_id
LEFT JOIN users_child child ON child.id = a.child_id
LEFT JOIN users_customuser parent ON parent.id = child.primary_parent_id
LEFT JOIN users_customuser student ON student.id = a.student_id
ORDER BY since, participant, place

WITH money AS (
    SELECT course_id, sum(egp) AS egp FROM (
        SELECT enrollment_id AS place, sum(amount) AS egp FROM payments_payment
        WHERE status IN ('paid', 'partially_refunded', 'refunded') AND enrollment_id IS NOT NULL GROUP BY 1
        UNION ALL SELECT enrollment_id, -sum(amount) FROM payments_refundrequest
        WHERE status = 'processed' AND enrollment_id IS NOT NULL GROUP BY 1
        UNION ALL SELECT target_id, amount FROM payments_allocation WHERE target_id IS NOT NULL
        UNION ALL SELECT source_id, -amount FROM payments_allocation WHERE source_id IS NOT NULL
    ) moves JOIN enrollments_enrollment e ON e.id = place
    WHERE %(season)s IS NULL OR course_id IN (SELECT id FROM courses_course WHERE season_id = %(season)s::uuid)
    GROUP BY course_id
), listed AS (SELECT course_id, count(*) AS n FROM enrollments_enrollmentrequest WHERE status = 'waitlisted' GROUP BY 1)
SELECT c.name, s.name AS season_name, c.start_date, c.capacity, c.enrolled_count,
    coalesce(c.enrolled_count * 100.0 / nullif(c.capacity, 0), 0) AS fill_rate, coalesce(l.n, 0) AS waiting,
    coalesce(m.egp, 0) AS received, c.id AS pk
FROM courses_course c JOIN courses_season s ON s.id = c.season_id
LEFT JOIN money m ON m.course_id = c.id LEFT JOIN listed l ON l.course_id = c.id
WHERE %(season)s IS NULL OR c.season_id = %(season)s::uuid ORDER BY c.start_date DESC, c.name, c.id

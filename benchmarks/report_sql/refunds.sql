SELECT r.requested_at, coalesce(child.name, trim(student.first_name || ' ' || student.last_name)) AS participant,
    c.name AS course, r.amount, p.method, r.status, trim(asked.first_name || ' ' || asked.last_name) AS asked_by,
    r.reason, trim(coalesce(decided.first_name || ' ' || decided.last_name, '')) AS decider,
    trim(coalesce(gave.first_name || ' ' || gave.last_name, '')) AS payer_back, r.processed_at, r.number, r.id AS pk
FROM payments_refundrequest r JOIN payments_payment p ON p.id = r.payment_id
JOIN users_customuser asked ON asked.id = r.requested_by_id
LEFT JOIN enrollments_enrollment e ON e.id = r.enrollment_id LEFT JOIN courses_course c ON c.id = e.course_id
LEFT JOIN users_child child ON child.id = e.child_id LEFT JOIN users_customuser student ON student.id = e.student_id
LEFT JOIN users_customuser decided ON decided.id = r.decided_by_id
LEFT JOIN users_customuser gave ON gave.id = r.processed_by_id
WHERE r.requested_at >= %(from)s AND r.requested_at < %(until)s
    AND (%(season)s IS NULL OR c.season_id = %(season)s::uuid)
ORDER BY r.requested_at DESC, r.id

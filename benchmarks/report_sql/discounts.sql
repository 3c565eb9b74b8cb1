SELECT e.enrolled_at, coalesce(child.name, trim(student.first_name || ' ' || student.last_name)) AS participant,
    c.name AS course_name, e.list_price, e.discount, e.price, e.discount_reason,
    trim(coalesce(gave.first_name || ' ' || gave.last_name, '')) AS given_by, e.id AS pk
FROM enrollments_enrollment e JOIN courses_course c ON c.id = e.course_id
LEFT JOIN users_child child ON child.id = e.child_id LEFT JOIN users_customuser student ON student.id = e.student_id
LEFT JOIN users_customuser gave ON gave.id = e.accepted_by_id
WHERE e.discount > 0 AND e.enrolled_at >= %(from)s AND e.enrolled_at < %(until)s
    AND (%(season)s IS NULL OR c.season_id = %(season)s::uuid)
ORDER BY e.enrolled_at DESC, e.id

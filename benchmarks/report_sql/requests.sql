SELECT c.name AS course_name, s.name AS season_name, came, accepted, refused, lapsed, listed, open, wait, c.id AS course_id
FROM (
    SELECT course_id, count(*) AS came, count(*) FILTER (WHERE status = 'accepted') AS accepted,
        count(*) FILTER (WHERE status = 'rejected') AS refused,
        count(*) FILTER (WHERE status IN ('cancelled', 'expired')) AS lapsed,
        count(*) FILTER (WHERE status = 'waitlisted') AS listed,
        count(*) FILTER (WHERE status IN ('pending', 'processing')) AS open, avg(decided_at - created_at) AS wait
    FROM enrollments_enrollmentrequest WHERE created_at >= %(from)s AND created_at < %(until)s
        AND (%(season)s IS NULL OR course_id IN (SELECT id FROM courses_course WHERE season_id = %(season)s::uuid))
    GROUP BY course_id
) r JOIN courses_course c ON c.id = r.course_id JOIN courses_season s ON s.id = c.season_id
ORDER BY came DESC, c.name, c.id

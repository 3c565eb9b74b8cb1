SELECT x.day AS exam_day, x.title AS exam_title, x.type AS kind, c.name AS course_name, r.sat, r.passed, r.average,
    r.best, r.worst, x.id AS exam_id
FROM courses_exam x JOIN courses_course c ON c.id = x.course_id
JOIN LATERAL (
    SELECT count(*) AS sat, count(*) FILTER (WHERE marks >= x.pass_marks) AS passed, avg(marks * 100 / total_marks)
        AS average, max(marks * 100 / total_marks) AS best, min(marks * 100 / total_marks) AS worst
    FROM courses_examresult WHERE exam_id = x.id
) r ON r.sat > 0
WHERE x.day >= %(first)s AND x.day <= %(last)s AND (%(season)s IS NULL OR c.season_id = %(season)s::uuid)
ORDER BY x.day DESC, x.title, x.id

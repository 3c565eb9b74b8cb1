-- A course at a time, so that its marks are sorted in memory. The places of the lectures that somebody missed are
-- gathered, and those after the last they came to are counted.
SELECT p.since, coalesce(child.name, trim(person.first_name || ' ' || person.last_name)) AS participant,
    coalesce(child.unique_code, student.unique_code) AS code, c.name AS course, p.marked, p.came,
    p.marked - p.came AS absent, round(p.came * 100.0 / p.marked, 1) AS rate, p.running
FROM courses_course c CROSS JOIN LATERAL (
    SELECT *, (SELECT count(*) FROM unnest(missed) place WHERE place > seen) AS running FROM (
        SELECT coalesce(child_id, student_id) AS person, min(day) AS since, count(*) AS marked,
            count(*) FILTER (WHERE present) AS came, coalesce(max(place) FILTER (WHERE present), 0) AS seen,
            array_agg(place) FILTER (WHERE NOT present) AS missed
        FROM (
            SELECT id, day, row_number() OVER (ORDER BY day, start_time, lecture_number) AS place FROM courses_lecture
            WHERE course_id = c.id AND status <> 'cancelled' AND day >= %(first)s AND day <= %(last)s
        ) l JOIN attendance_lectureattendance a ON a.lecture_id = l.id WHERE present IS NOT NULL GROUP BY 1
    ) counted
) p
LEFT JOIN users_child child ON child.id = p.person LEFT JOIN users_studentuser student ON student.user_id = p.person
LEFT JOIN users_customuser person ON person.id = student.user_id
WHERE (%(running)s = 0 OR p.running >= %(running)s) AND (%(season)s IS NULL OR c.season_id = %(season)s::uuid)
ORDER BY p.running DESC, participant, course, code, c.id

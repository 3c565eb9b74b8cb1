-- No sort of all marks: the places of the lectures that somebody missed are gathered, and counted from the last seen.
WITH lectures AS (
    SELECT id, course_id, day, row_number() OVER (PARTITION BY course_id ORDER BY day, start_time, lecture_number) AS place
    FROM courses_lecture WHERE status <> 'cancelled' AND day >= %(first)s AND day <= %(last)s AND (%(season)s IS NULL
        OR course_id IN (SELECT id FROM courses_course WHERE season_id::text = %(season)s))
), people AS (
    SELECT coalesce(a.child_id, a.student_id) AS person, l.course_id, min(l.day) AS since, count(*) AS marked,
        count(*) FILTER (WHERE present) AS came, coalesce(max(place) FILTER (WHERE present), 0) AS seen,
        array_agg(place) FILTER (WHERE NOT present) AS missed
    FROM attendance_lectureattendance a JOIN lectures l ON l.id = a.lecture_id
    WHERE present IS NOT NULL GROUP BY 1, 2
), counted AS (
    SELECT *, (SELECT count(*) FROM unnest(missed) place WHERE place > seen) AS running FROM people
)
SELECT p.since, coalesce(child.name, trim(person.first_name || ' ' || person.last_name)) AS participant,
    coalesce(child.unique_code, student.unique_code) AS code, c.name AS course, p.marked, p.came,
    p.marked - p.came AS absent, round(p.came * 100.0 / p.marked, 1) AS rate, p.running
FROM counted p JOIN courses_course c ON c.id = p.course_id LEFT JOIN users_child child ON child.id = p.person
LEFT JOIN users_studentuser student ON student.user_id = p.person
LEFT JOIN users_customuser person ON person.id = p.person
WHERE p.running >= %(running)s
ORDER BY p.running DESC, participant, course, code, p.course_id

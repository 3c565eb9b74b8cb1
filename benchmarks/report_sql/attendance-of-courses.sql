WITH lectures AS (
    SELECT id, course_id, day, row_number() OVER (PARTITION BY course_id ORDER BY day, start_time, lecture_number) AS place
    FROM courses_lecture WHERE status <> 'cancelled' AND day >= %(first)s AND day <= %(last)s AND (%(season)s IS NULL
        OR course_id IN (SELECT id FROM courses_course WHERE season_id::text = %(season)s))
), marked AS (
    SELECT coalesce(a.child_id, a.student_id) AS person, l.course_id, a.lecture_id, l.day, l.place, present,
        l.day - (extract(dow FROM l.day)::int + 1) %% 7 AS part,
        row_number() OVER each AS nth
    FROM attendance_lectureattendance a JOIN lectures l ON l.id = a.lecture_id WHERE present IS NOT NULL
    WINDOW each AS (PARTITION BY coalesce(a.child_id, a.student_id), l.course_id ORDER BY l.place)
), counted AS (
    SELECT *, nth - coalesce(max(CASE WHEN present THEN nth END)
        OVER (PARTITION BY person, course_id ORDER BY place), 0) AS missed FROM marked
), people AS (
    SELECT person, course_id, part, count(*) AS marked, count(*) FILTER (WHERE present) AS came,
        (array_agg(missed ORDER BY place DESC))[1] AS running FROM counted GROUP BY person, course_id, part
), lecture_counts AS (
    SELECT course_id, day - (extract(dow FROM day)::int + 1) %% 7 AS part, count(*) AS lectures FROM lectures l
    WHERE EXISTS (SELECT FROM attendance_lectureattendance a WHERE a.lecture_id = l.id AND present IS NOT NULL)
    GROUP BY 1, 2
)
SELECT p.part AS since, c.name AS course, n.lectures, count(*) AS participants, sum(p.marked) AS marked,
    sum(p.came) AS came, sum(p.marked) - sum(p.came) AS absent, round(sum(p.came) * 100.0 / sum(p.marked), 1) AS rate,
    count(*) FILTER (WHERE p.running >= 3) AS running, c.id AS course_key
FROM people p JOIN courses_course c ON c.id = p.course_id
JOIN lecture_counts n ON n.course_id = p.course_id AND n.part = p.part
GROUP BY p.part, c.id, n.lectures ORDER BY since, course, c.id

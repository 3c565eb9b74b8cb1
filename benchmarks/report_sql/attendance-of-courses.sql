-- A course at a time, so that its marks are sorted in memory.
WITH lectures AS NOT MATERIALIZED (
    SELECT id, course_id, day, day - (extract(dow FROM day)::int + 1) %% 7 AS part,
        row_number() OVER (PARTITION BY course_id ORDER BY day, start_time, lecture_number) AS place
    FROM courses_lecture WHERE status <> 'cancelled' AND day >= %(first)s AND day <= %(last)s
)
SELECT p.part AS since, c.name AS course, n.lectures, p.participants, p.marked, p.came, p.marked - p.came AS absent,
    round(p.came * 100.0 / p.marked, 1) AS rate, p.running, c.id AS course_key
FROM courses_course c CROSS JOIN LATERAL (
    SELECT part, count(*) AS participants, sum(marked) AS marked, sum(came) AS came,
        count(*) FILTER (WHERE missed - coalesce(seen, 0) >= 3) AS running
    FROM (
        SELECT person, part, count(*) AS marked, count(*) FILTER (WHERE present) AS came, max(missed) AS missed,
            max(max(missed) FILTER (WHERE present)) OVER (PARTITION BY person ORDER BY part) AS seen
        FROM (
            SELECT coalesce(child_id, student_id) AS person, part, present, count(*) FILTER (WHERE NOT present) OVER (
                PARTITION BY coalesce(child_id, student_id) ORDER BY place ROWS UNBOUNDED PRECEDING
            ) AS missed
            FROM lectures l JOIN attendance_lectureattendance a ON a.lecture_id = l.id
            WHERE l.course_id = c.id AND present IS NOT NULL
        ) marks GROUP BY person, part
    ) people GROUP BY part
) p CROSS JOIN LATERAL (
    SELECT count(*) AS lectures FROM lectures l WHERE l.course_id = c.id AND l.part = p.part
        AND EXISTS (SELECT FROM attendance_lectureattendance a WHERE a.lecture_id = l.id AND present IS NOT NULL)
) n
WHERE %(season)s IS NULL OR c.season_id = %(season)s::uuid
ORDER BY since, course, c.id

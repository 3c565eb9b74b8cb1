-- What can be counted in a statement; hours and pay are worked out from the same rows by rules that Python has.
SELECT a.instructor_id AS pk, trim(u.first_name || ' ' || u.last_name) AS name,
    count(DISTINCT a.day) FILTER (WHERE a.status IN ('present', 'late')) AS days,
    count(*) FILTER (WHERE a.kind = 'lecture' AND a.status IN ('present', 'late')) AS lectures,
    count(*) FILTER (WHERE a.status = 'late') AS times_late, sum(a.late_minutes) AS late_minutes,
    count(*) FILTER (WHERE a.status = 'absent') AS absences, round(avg(a.rating), 2) AS rating, i.monthly_salary AS salary
FROM attendance_instructorattendance a JOIN users_instructor i ON i.user_id = a.instructor_id
JOIN users_customuser u ON u.id = i.user_id
WHERE a.day >= %(month)s AND a.day < %(month)s::date + interval '1 month' AND a.day <= %(today)s
GROUP BY a.instructor_id, u.id, i.user_id ORDER BY u.first_name, a.instructor_id

-- All of it in one statement: whoever was there within the hours they were due, in multiranges of time; the pay as
-- `attendance.selectors.pay` says. Who left within the month and salaries that changed since are read from the trail.
WITH days AS (
    SELECT %(month)s::date AS first, (%(month)s::date + interval '1 month')::date - 1 AS last, %(today)s::date AS today
), lines AS (
    SELECT a.*, tstzrange(begins, greatest(begins, ends)) AS hours_due, greatest(begins, ends) AS ends,
        l.status IS NOT DISTINCT FROM 'cancelled' AS cancelled
    FROM days JOIN attendance_instructorattendance a ON a.day BETWEEN days.first AND least(days.last, today)
    LEFT JOIN courses_lecture l ON l.id = a.lecture_id
    CROSS JOIN LATERAL (SELECT (a.day + a.start_time) AT TIME ZONE 'Africa/Cairo' AS begins,
        (a.day + a.end_time) AT TIME ZONE 'Africa/Cairo' AS ends) moments
), sums AS (
    SELECT instructor_id AS pk, min(day) AS began,
        count(DISTINCT day) FILTER (WHERE status IN ('present', 'late')) AS days,
        count(*) FILTER (WHERE kind = 'lecture' AND status IN ('present', 'late')) AS lectures,
        count(*) FILTER (WHERE status = 'late') AS times_late, sum(late_minutes) AS late_minutes,
        count(*) FILTER (WHERE status = 'absent') AS absences, round(avg(rating), 2) AS rating,
        range_agg((tstzmultirange(tstzrange(check_in, greatest(check_in, coalesce(check_out, ends))))
            - out_between) * hours_due::tstzmultirange) FILTER (WHERE check_in IS NOT NULL
            AND (check_out IS NOT NULL OR ends + interval '4 hours' <= %(now)s)) AS there
    FROM lines CROSS JOIN LATERAL (
        SELECT coalesce(range_agg(tstzrange((b ->> 0)::timestamptz, (b ->> 1)::timestamptz)), '{}') AS out_between
        FROM jsonb_array_elements(breaks) b
    ) breaks GROUP BY instructor_id
), people AS (
    SELECT s.*, trim(u.first_name || ' ' || u.last_name) AS name, u.first_name, u.is_active, coalesce((
            SELECT (changes -> 'monthly_salary' ->> 0)::numeric FROM shared_auditentry
            WHERE days.last < today AND model = 'users.instructor' AND object_id = s.pk::text AND action = 'update'
                AND changes -> 'monthly_salary' ->> 0 IS NOT NULL AND at >= (days.last + 1)::timestamp AT TIME ZONE 'Africa/Cairo'
            ORDER BY at, id LIMIT 1
        ), i.monthly_salary, 0) AS salary, CASE WHEN NOT u.is_active THEN (
            SELECT (at AT TIME ZONE 'Africa/Cairo')::date FROM shared_auditentry WHERE model = 'users.customuser'
                AND object_id = s.pk::text AND action = 'update' AND changes ? 'is_active' ORDER BY at DESC, id DESC LIMIT 1
        ) END AS closed, CASE WHEN EXISTS (
            SELECT FROM attendance_instructorattendance WHERE instructor_id = s.pk AND day < days.first
        ) THEN days.first ELSE s.began END AS since
    FROM days CROSS JOIN sums s JOIN users_instructor i ON i.user_id = s.pk JOIN users_customuser u ON u.id = s.pk
), spans AS (
    SELECT p.pk, status, hours_due FROM people p JOIN lines ON instructor_id = p.pk
    WHERE (status IN ('present', 'late') OR NOT cancelled) AND (closed IS NULL OR day <= greatest(since, closed))
    UNION ALL
    SELECT p.pk, '', tstzrange(begins, greatest(begins, ends)) FROM days CROSS JOIN (
        SELECT instructor_id AS pk, day, start_time, end_time FROM courses_lecture WHERE status <> 'cancelled'
            AND day > %(today)s AND day < %(month)s::date + interval '1 month'
        UNION ALL
        SELECT supervisor_id, d::date, start_time, end_time
        FROM days, generate_series(greatest(first, today + 1), last, interval '1 day') d JOIN attendance_supervisorschedule s
            ON s.weekday = (extract(isodow FROM d)::int + 1) %% 7 AND begins_on <= d AND (ended_on IS NULL OR d < ended_on)
        WHERE NOT EXISTS (SELECT FROM courses_holiday WHERE season_id IS NULL AND d BETWEEN start_date AND end_date)
    ) plan JOIN people p ON p.pk = plan.pk AND closed IS NULL
    CROSS JOIN LATERAL (SELECT (day + start_time) AT TIME ZONE 'Africa/Cairo' AS begins,
        (day + end_time) AT TIME ZONE 'Africa/Cairo' AS ends) moments
    WHERE day BETWEEN greatest(first, today + 1) AND last
), due AS (
    SELECT pk, range_agg(hours_due) AS whole, range_agg(hours_due) FILTER (WHERE status IN ('present', 'late')) AS there,
        range_agg(hours_due) FILTER (WHERE status IN ('present', 'late', 'absent')) AS passed FROM spans GROUP BY pk
), shares AS (
    SELECT p.pk, CASE WHEN closed IS NULL THEN days.last
        ELSE least(days.last, greatest(since, closed)) END - since + 1 AS had,
        extract(day FROM days.last) AS of_days, whole.s AS whole, coalesce(passed.s, 0) AS passed, coalesce(there.s, 0) AS there
    FROM days CROSS JOIN people p LEFT JOIN due USING (pk)
    CROSS JOIN LATERAL (SELECT sum(extract(epoch FROM upper(r) - lower(r))) AS s FROM unnest(due.whole) r) whole
    CROSS JOIN LATERAL (SELECT sum(extract(epoch FROM upper(r) - lower(r))) AS s FROM unnest(due.passed) r) passed
    CROSS JOIN LATERAL (SELECT sum(extract(epoch FROM upper(r) - lower(r))) AS s FROM unnest(due.there) r) there
), paid AS (
    SELECT p.*, round(coalesce(salary * had * s.passed / (of_days * nullif(whole, 0)), salary * had / of_days), 2) AS earned,
        round(coalesce(salary * had * (s.passed - s.there) / (of_days * nullif(whole, 0)), 0), 2) AS off
    FROM people p JOIN shares s USING (pk)
)
SELECT pk, name, days, coalesce(hours, interval '0') AS hours, lectures, times_late, late_minutes, absences, rating,
    salary, earned, off, earned - off AS due
FROM paid CROSS JOIN LATERAL (SELECT sum(upper(r) - lower(r)) AS hours FROM unnest(there) r) hours
ORDER BY first_name, pk

SELECT name, unique_code, c.dob, first_name || ' ' || last_name AS parent_name, phone_number1 AS parent_number,
    c.created_at, c.id AS pk
FROM (
    SELECT c.*, translate(name, 'أإآةى ', 'اااهي') AS spelled,
        count(*) OVER (PARTITION BY translate(name, 'أإآةى ', 'اااهي'), dob) AS alike
    FROM users_child c
) c JOIN users_customuser u ON u.id = c.primary_parent_id
WHERE alike > 1 ORDER BY spelled, c.dob, c.id

SELECT trim(u.first_name || ' ' || u.last_name) AS cashier_name, s.opened_at, s.opening_float, taken, given,
    s.opening_float + taken - given AS due, s.id AS pk
FROM payments_cashsession s JOIN users_customuser u ON u.id = s.cashier_id
CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS taken FROM payments_payment
    WHERE cash_session_id = s.id AND status IN ('paid', 'partially_refunded', 'refunded')) t
CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS given FROM payments_refundrequest
    WHERE cash_session_id = s.id AND status = 'processed') g
WHERE s.closed_at IS NULL ORDER BY s.opened_at, s.id

WITH money AS (
    SELECT (paid_at AT TIME ZONE 'Africa/Cairo')::date AS day, recorded_by_id AS cashier, method,
        count(*) AS payments, sum(amount) AS taken, 0 AS refunds, 0 AS given
    FROM payments_payment WHERE status IN ('paid', 'partially_refunded', 'refunded')
        AND paid_at >= %(from)s AND paid_at < %(until)s
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT (r.processed_at AT TIME ZONE 'Africa/Cairo')::date, r.processed_by_id, p.method, 0, 0, count(*), sum(r.amount)
    FROM payments_refundrequest r JOIN payments_payment p ON p.id = r.payment_id
    WHERE r.status = 'processed' AND r.processed_at >= %(from)s AND r.processed_at < %(until)s
    GROUP BY 1, 2, 3
)
SELECT day, coalesce(trim(u.first_name || ' ' || u.last_name), '') AS cashier_name, method, sum(payments) AS payments,
    sum(taken) AS taken, sum(refunds) AS refunds, sum(given) AS given, sum(taken) - sum(given) AS net
FROM money LEFT JOIN users_customuser u ON u.id = cashier
GROUP BY day, cashier, cashier_name, method ORDER BY day, cashier_name, method

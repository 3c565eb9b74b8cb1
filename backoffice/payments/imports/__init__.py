"""The registrar's list of children: a line a child and a course, becomes parents, children and enrolment requests.

It stands with money, the highest app it reads: a reference number must not be that of a payment.
"""

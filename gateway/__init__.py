"""The bank's side: enrolment, intake with signed receipts, policy, status and review over HTTP."""

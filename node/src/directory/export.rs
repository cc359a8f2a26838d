//! Open Referral UK 3.0 out.

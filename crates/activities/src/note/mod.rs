//! Notes: what somebody wants to keep in mind about a record.

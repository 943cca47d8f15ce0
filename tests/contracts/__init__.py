"""The contract of delivery targets, kept by ours: beside what the contract looks at, a ledger in PostgreSQL."""

"""A fleet's layers: what its images share, what they store twice, and what they could share."""

"""Jobs: when work is done, and how it is watched and stopped; what the work is, others say."""

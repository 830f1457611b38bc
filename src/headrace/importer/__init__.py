"""Plan and orchestrate: what is read, in which order, and when it is done."""

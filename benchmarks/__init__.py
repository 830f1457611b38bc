"""What `make bench` measures: ratios in one run, on the sandbox, its own ceiling beside."""

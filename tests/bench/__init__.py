"""What `make bench` measures: real processes on this machine, each beside a floor of the same run."""

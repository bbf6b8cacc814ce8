"""What is done to the studio to see whether it loses a job, or buys one twice."""

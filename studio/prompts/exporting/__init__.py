"""The library as files that other tools read, and that come back as they were. Pure: values in, bytes out."""

"""The confined half of file reading: what runs in the child process that turns a stranger's bytes into Markdown."""

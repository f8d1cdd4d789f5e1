"""The program against its limits: the numbers of docs/performance.md. `make bench` runs it."""

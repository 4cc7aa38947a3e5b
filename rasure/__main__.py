"""`python -m rasure …`: the command line."""

from rasure.cli import main

main()

"""`python -m selaras`: the command line where no `selaras` is on the path."""

from selaras.cli import main

main()

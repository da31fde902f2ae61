"""`python -m boletim`."""

from boletim.app.cli import main

if __name__ == "__main__":
    main()

"""`python -m boletim`, also under torchrun and `accelerate launch`."""

from boletim.app.cli import main

if __name__ == "__main__":
    main()

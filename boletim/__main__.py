"""`python -m boletim`, also under torchrun and `accelerate launch`."""

from boletim.cli import main

if __name__ == "__main__":
    main()

"""`python -m invoiceocr`: the command line."""

from invoiceocr.cli import main

if __name__ == "__main__":
    main()

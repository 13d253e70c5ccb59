"""What the frozen program starts with; workers start through it, too."""

import multiprocessing

from invoiceocr.cli import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    main()

"""``python -m stclip``: the same as the command ``stclip``."""

from stclip.cli.main import main

if __name__ == '__main__':
    main()

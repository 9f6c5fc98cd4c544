"""`python -m lifestage.cli`: the same as `lifestage`."""

from lifestage.cli.main import main

main()

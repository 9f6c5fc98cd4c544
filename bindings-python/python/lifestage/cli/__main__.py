"""`python -m lifestage.cli`: the same as `lifestage`."""

from lifestage.cli import main

main()

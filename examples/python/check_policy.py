"""Checks a policy that lays a few lines over a shipped one, and opens an engine of it."""

from lifestage import Engine, Policy

OVERLAY = 'extends = "china-telecom"\nname = "guangxi"\nversion = "2025-07"\n'

check = Policy.check(OVERLAY, file="guangxi.toml")
for fault in check.faults:
    print(fault)
if check.valid:
    print(Engine(OVERLAY).call("version"))

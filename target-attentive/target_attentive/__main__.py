"""`python -m target_attentive`."""

from target_attentive.target import TargetAttentive

if __name__ == "__main__":
    TargetAttentive.cli()

"""`python -m target_listrak_sms`."""

from target_listrak_sms.target import TargetListrakSms

if __name__ == "__main__":
    TargetListrakSms.cli()

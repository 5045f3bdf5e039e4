"""The AWS door: the only package that imports botocore.

Empty on purpose: `policy`, `accounts` and `limits` are used where AWS is not.
"""

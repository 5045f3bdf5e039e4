"""AWS failures: what is wrong, how sure that is, and what mends it.

The face is `diagnostics.diagnosis.diagnose`.
"""

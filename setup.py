"""Which packages a wheel holds: five lie side by side, and the templates go along as citycoin/templates."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["citycoin*", "wallets*", "merchants*", "contracts*", "seeds*"]),
        "citycoin.templates",
    ],
    package_dir={"citycoin.templates": "templates"},
    zip_safe=False,
)

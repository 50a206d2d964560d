"""The directory that ``ccxt-adapter run`` puts first on PYTHONPATH: see ``sitecustomize``."""

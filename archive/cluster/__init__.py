"""A cluster of OpenSearch nodes on this machine, to try the site on one and to test it: ``make
cluster``. Nothing of it is needed where a cluster exists already.
"""

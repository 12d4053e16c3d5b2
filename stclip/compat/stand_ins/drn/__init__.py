"""Stand-in for ``mmaction.models.localizers.drn``.

mmaction2's wheel lacks this package (no ``__init__.py``), though
``mmaction.models`` imports it.
"""

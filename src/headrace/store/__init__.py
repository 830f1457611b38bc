"""Rows: tables, one module per noun, SQLite and PostgreSQL, migrations.

The way in is ``headrace.store.open``::

    async with open_archive(files, path) as store:  # makes the archive where there is none
        lease = await store.acquire("chat:-1001", owner_name())
        await store.save_page(lease, page)

``files`` is the ``FileOps`` that touches the disk. ``create=False`` refuses to make an archive,
``clock=`` replaces the time.
``store`` is an ``ArchiveStore`` (``store.py``): it is the importer's ``Store`` and reads
what the archive holds. Every statement lives in the module of its noun, in a synchronous
function that takes a Connection; ``sqlite.py`` and ``postgres.py`` run them.
"""

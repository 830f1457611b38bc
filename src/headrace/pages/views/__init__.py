"""View models: what templates show, ready to be shown; made of ``model/reading.py``, no I/O."""

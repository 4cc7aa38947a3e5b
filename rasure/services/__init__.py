"""One module per question a door may ask; they fetch from the store, hand frames to subjects, return records.

`wiring.py` holds the open store, `desk.py` is the only maker of scopes. May import everything but web, api,
gate and pages. Nothing here knows of Streamlit or HTTP.
"""

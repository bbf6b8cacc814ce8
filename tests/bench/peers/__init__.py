"""Other programs that turn a prompt into a picture on a page, measured in the same run.

They are not dependencies: `--peers FOLDER` names a folder with a virtual environment for each that is
there (`gradio`, `owui`); what is not there is left out of the table.
"""

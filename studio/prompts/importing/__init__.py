"""Files from elsewhere, read into values: nothing here touches the database, and nothing is believed.

`decoding` makes text of bytes, `listfiles` word lists of a text, YAML, JSON or ZIP file, `stylefiles`
styles of a CSV or JSON file. What cannot be read is a Fault with its place; the rest is read all the same.
"""

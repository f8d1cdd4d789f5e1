"""Workbooks in and out: cells come in, cells go out; this room knows no field and no record.

`reading.read` opens xlsx, xls, ods, csv, web pages and vCards in a child process with limits; `writing.write_xlsx` and
`separated.write_csv` make files. This file imports nothing, because the child pays for every import.
"""

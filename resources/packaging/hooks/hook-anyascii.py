"""Brings anyascii's tables along: it reads them as files of a package that is nothing but a folder."""

from PyInstaller.utils.hooks import collect_data_files

datas = collect_data_files("anyascii", subdir="_data")
hiddenimports = ["anyascii._data"]

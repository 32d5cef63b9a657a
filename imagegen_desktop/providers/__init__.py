"""The makers of images and words: the only room that imports openai, httpx2 and (fetch.py alone) httpx."""

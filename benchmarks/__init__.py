"""Benchmarks that anyone can repeat: `tox -e bench`. No verdict of any test depends on them.

Each part is a module with one function, `measure`, which gives figures as data: `defects`, `runs`, `overhead`,
`growth`, `startup` and `microbenchmarks`. `document` writes the page of them.
"""

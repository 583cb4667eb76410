"""One training step of a lattice of springs with scipy: assemble, factorise, forward and adjoint solve, products.

Two ways, each as fast as we know how to call it: SuperLU with the ordering of the first factorisation, and LAPACK's
banded Cholesky (pbtrf, pbtrs) in the order of the rows. Assembly is one sparse product with the stiffnesses.
Usage: lattice.py <case> <answer> <seconds> [way ...]; writes the products of every way, prints steps per CPU second.
"""
import sys
import time

import numpy as np
import scipy.sparse as sparse
from scipy.linalg.lapack import dpbtrf, dpbtrs
from scipy.sparse.linalg import splu

case = open(sys.argv[1], "rb")


def array(kind):
    (count,) = np.fromfile(case, np.int32, 1)
    return np.fromfile(case, kind, count)


bonds = array(np.int32).reshape(-1, 2)
along = array(np.float64).reshape(-1, 2)
stiffness = array(np.float64)
load = array(np.float64)
target = array(np.float64)
pinned = array(np.int32)

free = np.flatnonzero(pinned == 0)
place = np.full(pinned.size, -1)
place[free] = np.arange(free.size)
outputs = place[np.flatnonzero(~np.isnan(target))]
wanted = target[free][outputs]
count = len(bonds)
line = np.repeat(np.arange(count), 4)
dof = np.stack([2 * bonds[:, 0], 2 * bonds[:, 0] + 1, 2 * bonds[:, 1], 2 * bonds[:, 1] + 1], 1)
weight = np.concatenate([along, -along], 1)
kept = place[dof.ravel()] >= 0
stretch = sparse.csr_matrix((weight.ravel()[kept], (line[kept], place[dof.ravel()][kept])), (count, free.size))

# Entry (i, j) of K is a sum over bonds of k w_i w_j.
i = place[np.repeat(dof, 4, 1).ravel()]
j = place[np.tile(dof, (1, 4)).ravel()]
value = (weight[:, :, None] * weight[:, None, :]).ravel()
bond = np.repeat(np.arange(count), 16)
keep = (i >= 0) & (j >= 0)
i, j, value, bond = i[keep], j[keep], value[keep], bond[keep]


def superlu():
    first = sparse.csc_matrix((stiffness[bond] * value, (i, j)), (free.size, free.size))
    order = splu(first, "MMD_AT_PLUS_A", diag_pivot_thresh=0, options={"SymmetricMode": True}).perm_c
    best = None
    for at in (order, np.argsort(order)):
        matrix = sparse.csc_matrix((stiffness[bond] * value, (at[i], at[j])), (free.size, free.size))
        matrix.sum_duplicates()
        fill = splu(matrix, "NATURAL", diag_pivot_thresh=0, options={"SymmetricMode": True}).L.nnz
        if best is None or fill < best[0]:
            best = (fill, at, matrix)
    _, at, matrix = best
    column = np.repeat(np.arange(free.size), np.diff(matrix.indptr))
    keys = column * free.size + matrix.indices
    slot = np.searchsorted(keys, at[j] * free.size + at[i])
    assembly = sparse.csr_matrix((value, (slot, bond)), (matrix.nnz, count))
    elongation = stretch[:, np.argsort(at)].tocsr()
    force = np.empty(free.size)
    force[at] = load[free]
    out = at[outputs]

    def step():
        matrix.data[:] = assembly @ stiffness
        factor = splu(matrix, "NATURAL", diag_pivot_thresh=0, options={"SymmetricMode": True})
        u = factor.solve(force)
        adjoint = np.zeros(free.size)
        adjoint[out] = wanted - u[out]
        return (elongation @ u) * (elongation @ factor.solve(adjoint))

    return step


def banded():
    width = int(np.max(i - j)) + 1
    lower = i >= j
    slot = (j * width + i - j)[lower]
    assembly = sparse.csr_matrix((value[lower], (slot, bond[lower])), (width * free.size, count))
    force = load[free]

    def step():
        # pbtrf works in place on columns of the band: no copies.
        band = (assembly @ stiffness).reshape(free.size, width).T
        factor, info = dpbtrf(band, lower=1, overwrite_ab=1)
        u, info = dpbtrs(factor, force, lower=1)
        adjoint = np.zeros(free.size)
        adjoint[outputs] = wanted - u[outputs]
        v, info = dpbtrs(factor, adjoint, lower=1, overwrite_b=1)
        return (stretch @ u) * (stretch @ v)

    return step


ways = {"splu": superlu, "banded": banded}
with open(sys.argv[2], "wb") as answer:
    for name in sys.argv[4:] or ways:
        step = ways[name]()
        step().tofile(answer)
        done, start, taken = 0, time.process_time(), 0.0
        while taken < float(sys.argv[3]):
            step()
            done += 1
            taken = time.process_time() - start
        print(name, done / taken)

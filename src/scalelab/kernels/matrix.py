"""Small dense matrices, as they come up in chains of many phases.

No pivots are sought: all that is inverted here is dominated by its diagonal (an M-matrix).
"""

import numpy as np

from scalelab.kernels.jit import Table, kernel


@kernel
def product(left: Table, right: Table) -> Table:
    n, inner = left.shape
    result = np.zeros((n, right.shape[1]))
    for i in range(n):
        for k in range(inner):
            factor = left[i, k]
            if factor != 0.0:
                for j in range(right.shape[1]):
                    result[i, j] += factor * right[k, j]
    return result


@kernel
def inverse(matrix: Table) -> Table:
    """Of a square matrix that is dominated by its diagonal; by Gauss and Jordan, in its place."""
    n = matrix.shape[0]
    for pivot in range(n):
        scale = 1.0 / matrix[pivot, pivot]
        matrix[pivot, pivot] = 1.0
        for j in range(n):
            matrix[pivot, j] *= scale
        for i in range(n):
            factor = matrix[i, pivot]
            if i != pivot and factor != 0.0:
                matrix[i, pivot] = 0.0
                for j in range(n):
                    matrix[i, j] -= factor * matrix[pivot, j]
    return matrix

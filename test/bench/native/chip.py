"""The work of one slot of the simulated chip in numpy: new signs, perturbed parameters, one forward pass.

Usage: chip.py <seconds> <layer sizes...>; prints slots per CPU second.
"""
import sys
import time

import numpy as np

seconds = float(sys.argv[1])
layers = [int(n) for n in sys.argv[2:]]
shapes = list(zip(layers, layers[1:]))
count = sum((i + 1) * o for i, o in shapes)
generator = np.random.default_rng(1)
theta = generator.uniform(-0.5, 0.5, count)
x = generator.uniform(0, 1, layers[0])
amplitude = 0.01


def slot():
    w = theta + amplitude * (1 - 2 * generator.integers(0, 2, count))
    a, at, bias = x, 0, count - sum(o for _, o in shapes)
    for i, o in shapes:
        z = a @ w[at : at + i * o].reshape(i, o) - w[bias : bias + o]
        a = 1 / (1 + np.exp(-z))
        at += i * o
        bias += o
    return a


for _ in range(200):
    slot()
done, start = 0, time.process_time()
while time.process_time() - start < seconds:
    for _ in range(100):
        slot()
    done += 100
print("numpy", done / (time.process_time() - start))

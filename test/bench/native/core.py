"""Ticks of a chip of spiking cores in numpy: dense products in float32, which are exact for these whole numbers.

Usage: core.py <case> <answer> <seconds>; writes potentials and counts after the ticks, prints core ticks per CPU second.
"""
import sys
import time

import numpy as np

N, TYPES, RING = 256, 4, 16
case = np.fromfile(sys.argv[1], np.int32)
count, ticks, lines = (int(n) for n in case[:3])
at = 3


def take(*shape):
    """The next array of every core."""
    global at
    size = int(np.prod(shape))
    part = blocks[:, at : at + size].reshape(count, *shape)
    at += size
    return part


blocks = case[3:].reshape(count, -1)
at = 0
closed = np.unpackbits(take(N, N // 32).copy().view(np.uint8), axis=2, bitorder="little")
weight = take(N, TYPES)
typed = np.repeat(np.arange(TYPES), N // TYPES)
matrix = (closed * weight[:, :, typed].transpose(0, 2, 1)).astype(np.float32)
leak, top, bottom = (take(N).astype(np.float32) for _ in range(3))
saturates, reset = take(N) != 0, take(N)
value = take(N).astype(np.float32)
route, line = take(N), take(N)
start = take(N).astype(np.float32)
by_value, by_subtraction = reset == 0, reset == 1
routed = (route >= 0).ravel()
target, delay = route.ravel() // RING, route.ravel() % RING
counted = (line >= 0).ravel()
line = line.ravel()

v = start.copy()
ring = np.zeros((RING, count * N), np.float32)
counts = np.zeros(lines, np.int64)
now = 0


def tick():
    global v, now
    arriving = ring[now]
    v += np.matmul(arriving.reshape(count, 1, N), matrix)[:, 0]
    np.clip(v, -524288, 524287, out=v)
    v += leak
    np.clip(v, -524288, 524287, out=v)
    arriving[:] = 0
    fires, below = v >= top, v < -bottom
    after = np.where(by_value, value, np.where(by_subtraction, v - top, v))
    held = np.where(saturates, -bottom, np.where(by_value, -value, np.where(by_subtraction, v + bottom, v)))
    v = np.where(fires, after, np.where(below, held, v))
    fired = fires.ravel()
    gone = np.flatnonzero(fired & routed)
    ring[(now + delay[gone]) % RING, target[gone]] = 1
    np.add.at(counts, line[fired & counted], 1)
    now = (now + 1) % RING


for _ in range(ticks):
    tick()
np.concatenate([v.ravel(), counts]).astype(np.float64).tofile(sys.argv[2])
seconds = float(sys.argv[3])
done, begin = 0, time.process_time()
while True:
    for _ in range(10):
        tick()
    done += 10 * count
    if time.process_time() - begin >= seconds:
        break
print("dense", done / (time.process_time() - begin))

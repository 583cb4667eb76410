"""Training of probabilistic synapses in PyTorch on one thread: digits.py PROBLEM ANSWER SECONDS."""
import sys
import time

import numpy as np
import torch

torch.set_num_threads(1)
numbers = np.fromfile(sys.argv[1])
at = 0


def take(*sizes):
    global at
    count = int(np.prod(sizes))
    part = numbers[at : at + count].reshape(sizes)
    at += count
    return torch.tensor(part, dtype=torch.float32)


batch, inputs, groups, rate, steps = (x.item() for x in take(5).double())
batch, inputs, groups, steps = int(batch), int(inputs), int(groups), int(steps)
drive = take(batch, inputs)
target = take(batch, groups)
cores = []
while at < len(numbers):
    axons, neurons = (int(x) for x in take(2))
    sources = take(axons).long()
    signs = take(axons, neurons)
    crossings = take(axons, neurons).requires_grad_()
    leaks = take(neurons).requires_grad_()
    cores.append((sources, signs, crossings, leaks))


def forward():
    heard, offset = drive, 0
    for sources, signs, c, b in cores:
        x = heard[:, sources - offset]
        offset = inputs if offset == 0 else offset + heard.shape[1]
        mean = x @ (c * signs) + b
        variance = x @ c - (x * x) @ (c * c) + 5e-3
        heard = 0.5 * (1 + torch.erf(mean / (2 * variance).sqrt()))
    return heard.view(batch, groups, -1).mean(2)


crossings = [c for _, _, c, _ in cores]
optimizer = torch.optim.Adam(crossings + [b for *_, b in cores], lr=rate)


def step():
    p = forward().clamp(1e-4, 1 - 1e-4)
    loss = -(target * p.log() + (1 - target) * (1 - p).log()).sum(1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for c in crossings:
            c.clamp_(0, 1)


for _ in range(steps):
    step()
with torch.no_grad():
    forward().double().numpy().tofile(sys.argv[2])
count, start = 0, time.process_time()
while time.process_time() - start < float(sys.argv[3]):
    step()
    count += 1
print("PyTorch", count / (time.process_time() - start))

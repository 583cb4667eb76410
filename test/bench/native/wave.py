"""Wave fields in numpy.

Usage: wave.py chain|grid|cavity|fft <case> <answer> <seconds>; writes what comes out after the steps of the case for
every form, prints site updates (averaged steps, transforms) per CPU second. See wave.c for the lattices.
"""
import sys
import time

import numpy as np

kind, case, answer, seconds = sys.argv[1], np.fromfile(sys.argv[2]), sys.argv[3], float(sys.argv[4])


def lattice():
    rows, columns, steps, dt, g = case[:5]
    rows, columns, steps = int(rows), int(columns), int(steps)
    n = rows * columns
    shape = (rows, columns) if rows > 1 else n
    q0, p0, k, down, w = [a.reshape(shape) for a in np.split(case[5:], 5)]
    q, p, force, site, other, stretch = [np.empty(shape) for _ in range(6)]
    right = k[:-1]

    def written(t):
        """As the equations are written."""
        force = -q * (w + g * q**2)
        if rows == 1:
            force += np.diff(right * np.diff(q), prepend=0, append=0)
        else:
            for axis, stiffness in ((1, k), (0, down)):
                tension = stiffness * (np.roll(q, -1, axis) - q)
                force += tension - np.roll(tension, 1, axis)
        p[...] += dt * force
        q[...] += t * p

    def placed(t):
        """Every operation into an array that is there, no copies for the rings."""
        if rows == 1:
            tension = stretch[: n - 1]
            np.subtract(q[1:], q[:-1], out=tension)
            np.multiply(tension, right, out=tension)
            force[:-1] = tension
            force[-1] = 0
            np.subtract(force[1:], tension, out=force[1:])
        else:
            np.subtract(q[:, 1:], q[:, :-1], out=stretch[:, :-1])
            np.subtract(q[:, 0], q[:, -1], out=stretch[:, -1])
            np.multiply(stretch, k, out=stretch)
            np.subtract(stretch[:, 1:], stretch[:, :-1], out=force[:, 1:])
            np.subtract(stretch[:, 0], stretch[:, -1], out=force[:, 0])
            np.subtract(q[1:], q[:-1], out=stretch[:-1])
            np.subtract(q[0], q[-1], out=stretch[-1])
            np.multiply(stretch, down, out=stretch)
            np.add(force, stretch, out=force)
            np.subtract(force[1:], stretch[:-1], out=force[1:])
            np.subtract(force[0], stretch[-1], out=force[0])
        np.multiply(q, q, out=site)
        np.multiply(site, g, out=site)
        np.add(site, w, out=site)
        np.multiply(site, q, out=site)
        np.subtract(force, site, out=force)
        np.multiply(force, dt, out=force)
        np.add(p, force, out=p)
        np.multiply(p, t, out=other)
        np.add(q, other, out=q)

    def form(step):
        def run():
            q[...] += dt / 2 * p
            for n in range(steps):
                step(dt if n + 1 < steps else dt / 2)

        q[...], p[...] = q0, p0
        run()
        return np.concatenate([q.ravel(), p.ravel()]), run, steps * n

    return {"as-written": lambda: form(written), "in-place": lambda: form(placed)}


def cavity():
    """Averaged Hamiltonian echo: launch, echo, decay with +eta and the mass, and again with both signs turned."""
    dt, steps, hopping, coupling, g, eta, mass, target = case[:8]
    steps, theta, inputs = int(steps), case[8:24], case[24:28]
    ports, links = [0, 3, 12, 15], np.zeros((16, 16))
    for i in range(16):
        if i % 4 < 3:
            links[i, i + 1] = links[i + 1, i] = hopping
        if i < 12:
            links[i, i + 4] = links[i + 4, i] = hopping
    rates, waves = np.linalg.eigh(links)

    def hop(t):
        whole = np.eye(20, dtype=complex)
        whole[:16, :16] = (waves * np.exp(-1j * t * rates)) @ waves.T
        return whole

    half, full, rotation = hop(dt / 2), hop(dt), np.eye(20, dtype=complex)
    for port, i in enumerate(ports):
        rotation[i, i] = rotation[16 + port, 16 + port] = np.cos(coupling * dt)
        rotation[i, 16 + port] = rotation[16 + port, i] = -1j * np.sin(coupling * dt)
    z, other, phase, square = [np.empty(20, complex) for _ in range(3)] + [np.empty(20)]

    def kerr(z):
        np.multiply(z.real, z.real, out=square)
        np.add(square, z.imag * z.imag, out=square)
        np.multiply(square, -0.5j * g * dt, out=phase)
        np.exp(phase, out=phase)
        np.multiply(z, phase, out=z)

    def run():
        np.matmul(half, z, out=other)
        for step in range(steps):
            kerr(other)
            np.matmul(rotation, other, out=z)
            kerr(z)
            np.matmul(full, z, out=other)
        # The last hop was a whole one.
        np.matmul(half.conj().T, other, out=z)

    def averaged():
        z[:16] = theta
        for sign in (1, -1):
            z[16:] = inputs
            run()
            z[19] -= sign * 1j * eta * (z[19] - target)
            np.conjugate(z, out=z)
            run()
            np.conjugate(z, out=z)
            z[:16] = z[:16].real + z[:16].imag / (sign * mass)
        return z[:16].real.copy()

    return {"in-place": lambda: (averaged(), averaged, 1)}


def fft():
    n = int(case[0])
    field = case[1:1 + n * n] + 1j * case[1 + n * n:]
    field = field.reshape(n, n)
    run = lambda: np.fft.fft2(field)
    there = run()
    return {"fft2": lambda: (np.concatenate([there.real.ravel(), there.imag.ravel()]), run, 1)}


forms = {"chain": lattice, "grid": lattice, "cavity": cavity, "fft": fft}[kind]()
with open(answer, "wb") as out:
    for name, form in forms.items():
        result, run, units = form()
        result.tofile(out)
        done, start, taken = 0, time.process_time(), 0.0
        while taken < seconds:
            run()
            done += units
            taken = time.process_time() - start
        print(name, done / taken)

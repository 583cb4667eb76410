/*
 * One training step of a lattice of springs in plain C: blocks of the bonds, multifrontal K = L D L', forward and
 * adjoint solve, product of the elongations of every bond. Algorithm, layout and tiles as src/kernels/assembly/
 * springFactor.ts and springSolve.ts, in vectors of two doubles; the plan comes with the case.
 * Usage: lattice <case> <answer> <seconds>; writes the products, prints steps per CPU second.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef double v2 __attribute__((vector_size(16), aligned(8)));
#define LOAD(p) (*(const v2 *)(p))
#define STORE(p, x) (*(v2 *)(p) = (x))

enum { FIRST, COLUMNS, ROWS, ROWS_AT, PANEL_AT, UPDATE_AT, CHILD_AT, CHILDREN, TERM_AT, PLUS, MINUS, ZERO_AT, ZEROS, SIZE };

static FILE *in;

/* The next array of the case: its length, then its numbers. */
static void *array(size_t size, int *length) {
  int32_t count = 0;
  if (fread(&count, 4, 1, in) != 1) exit(2);
  void *data = aligned_alloc(64, (count * size + 127) / 64 * 64);
  if (fread(data, size, count, in) != (size_t)count) exit(2);
  if (length) *length = count;
  return data;
}

static int32_t *bonds, *fronts, *rows, *places, *children, *terms, *zeros, *order, *held, *sizes;
static double *along, *stiffness, *load, *target;
static int nodes, count, steps, bondCount;
static double *panels, *updates, *inverse, *least, *scaled, *x, *blocks, *sums;

/* c -= y w' for two row pairs and two column pairs (the second q doubles on), then elimination within the columns. */
static inline __attribute__((always_inline)) void tile(double *c0, double *c1, int q, const double *y0, const double *y1,
    const double *w0, const double *w1, int n, int fresh, const double *l, double *s0, double *s1) {
  v2 a0 = {0, 0}, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  if (!fresh) {
    a0 = LOAD(c0); a1 = LOAD(c0 + 2); a2 = LOAD(c0 + q); a3 = LOAD(c0 + q + 2);
    b0 = LOAD(c1); b1 = LOAD(c1 + 2); b2 = LOAD(c1 + q); b3 = LOAD(c1 + q + 2);
  }
  for (int k = 0; k < n; k += 2) {
    v2 u = LOAD(y0 + k), v = LOAD(y1 + k);
    a0 -= u * w0[k]; b0 -= v * w0[k]; a1 -= u * w0[k + 1]; b1 -= v * w0[k + 1];
    a2 -= u * w1[k]; b2 -= v * w1[k]; a3 -= u * w1[k + 1]; b3 -= v * w1[k + 1];
  }
  if (l) {
    a1 -= a0 * l[0]; b1 -= b0 * l[0];
    a2 -= a0 * l[1]; b2 -= b0 * l[1]; a2 -= a1 * l[2]; b2 -= b1 * l[2];
    a3 -= a0 * l[3]; b3 -= b0 * l[3]; a3 -= a1 * l[4]; b3 -= b1 * l[4]; a3 -= a2 * l[5]; b3 -= b2 * l[5];
    STORE(s0 + q, a2 * l[8]); STORE(s0 + q + 2, a3 * l[9]); STORE(s0, a0 * l[6]); STORE(s0 + 2, a1 * l[7]);
    STORE(s1 + q, b2 * l[8]); STORE(s1 + q + 2, b3 * l[9]); STORE(s1, b0 * l[6]); STORE(s1 + 2, b1 * l[7]);
  }
  STORE(c0 + q, a2); STORE(c0 + q + 2, a3); STORE(c0, a0); STORE(c0 + 2, a1);
  STORE(c1 + q, b2); STORE(c1 + q + 2, b3); STORE(c1, b0); STORE(c1 + 2, b1);
}

static int corner(double *c0, double *c1, int n, double *inv, const double *low, double *l) {
  for (int k = 0; k < n; k++) {
    for (int i = k; i < n; i++) {
      double *line = (i < 2 ? c0 : c1) + (i & 1), sum = line[2 * k];
      for (int c = 0; c < k; c++) sum -= line[2 * c] * l[k * (k - 1) / 2 + c];
      line[2 * k] = sum;
    }
    double pivot = ((k < 2 ? c0 : c1) + (k & 1))[2 * k];
    if (!(pivot > low[k] && pivot < INFINITY)) return k;
    l[6 + k] = inv[k] = 1 / pivot;
    for (int i = k + 1; i < n; i++) l[i * (i - 1) / 2 + k] = ((i < 2 ? c0 : c1) + (i & 1))[2 * k] * inv[k];
  }
  return -1;
}

static void panelFactor(double *panel, int pairs, int columns, double *inv, const double *low) {
  static double l[10];
  const long row = 4 * columns, shift = scaled - panel;
  double *end = panel + pairs * row;
  for (int j = 0; j < columns; j += 2) {
    int both = j + 1 < columns, n = 4 * j, q = both ? 4 : 0;
    long next = both ? row : 0;
    double *y = panel + j * row, *w0 = y + shift, *w1 = w0 + next;
    tile(y + n, y + next + n, q, y, y + next, w0, w1, n, 0, 0, 0, 0);
    if (corner(y + n, y + next + n, both ? 4 : 2, inv + 2 * j, low + 2 * j, l) >= 0) exit(3);
    for (y += row + next; y < end; y += 2 * row) {
      double *z = y + row < end ? y + row : y;
      tile(y + n, z + n, q, y, z, w0, w1, n, 0, l, y + shift + n, z + shift + n);
    }
  }
}

static void updateFactor(double *update, const double *y, const double *w, int pairs, int columns, int fresh) {
  const long row = 4 * columns, line = 4 * pairs;
  const double *end = y + pairs * row;
  for (int j = 0; j < pairs; j += 2) {
    int q = j + 1 < pairs ? 4 : 0;
    const double *w0 = w + j * row, *w1 = q ? w0 + row : w0;
    double *c = update + j * (line + 4);
    for (const double *y0 = y + j * row; y0 < end; y0 += 2 * row, c += 2 * line) {
      int more = y0 + row < end;
      tile(c, more ? c + line : c, q, y0, more ? y0 + row : y0, w0, w1, row, fresh, 0, 0, 0);
    }
  }
}

static void extend(const double *from, int n, const int32_t *place, double *panel, int columns, double *update, int below) {
  for (int i = 0; i < n; i++) {
    const double *s = from + 4L * i * n;
    for (int j = 0; j <= i; j++, s += 4) {
      double *to = place[j] < columns ? panel + 4L * ((long)place[i] * columns + place[j])
                                      : update + 4L * ((long)(place[i] - columns) * below + place[j] - columns);
      STORE(to, LOAD(to) + LOAD(s));
      STORE(to + 2, LOAD(to + 2) + LOAD(s + 2));
    }
  }
}

static void factor(void) {
  for (int f = 0; f < count; f++) {
    const int32_t *w = fronts + f * SIZE;
    int columns = w[COLUMNS], below = w[ROWS], first = w[FIRST];
    double *panel = panels + w[PANEL_AT], *update = updates + w[UPDATE_AT];
    memset(panel, 0, sizeof(double) * 4 * columns * (columns + below));
    const int32_t *t = terms + w[TERM_AT];
    for (int e = 0; e < w[PLUS] + w[MINUS]; e++, t += 2) {
      double *to = panel + t[0], *b = blocks + t[1];
      if (e < w[PLUS]) { STORE(to, LOAD(to) + LOAD(b)); STORE(to + 2, LOAD(to + 2) + LOAD(b + 1)); }
      else { STORE(to, LOAD(to) - LOAD(b)); STORE(to + 2, LOAD(to + 2) - LOAD(b + 1)); }
    }
    for (int k = 0; k < columns; k++) {
      double *d = panel + 4 * (k * columns + k);
      least[2 * (first + k)] = least[2 * (first + k) + 1] = 1e-10 * (fabs(d[0]) + fabs(d[3]));
    }
    for (int i = 0; i < below && w[CHILDREN]; i++) memset(update + 4L * i * below, 0, sizeof(double) * 4 * (i + 1));
    for (int c = 0; c < w[CHILDREN]; c++) {
      const int32_t *o = fronts + children[w[CHILD_AT] + c] * SIZE;
      extend(updates + o[UPDATE_AT], o[ROWS], places + o[ROWS_AT], panel, columns, update, below);
    }
    panelFactor(panel, columns + below, columns, inverse + 2 * first, least + 2 * first);
    updateFactor(update, panel + 4 * columns * columns, scaled + 4 * columns * columns, below, columns, !w[CHILDREN]);
  }
}

static void forward(const int32_t *w) {
  int columns = w[COLUMNS], below = w[ROWS], some = 0;
  double *own = x + 2 * w[FIRST], *inv = inverse + 2 * w[FIRST];
  const double *y = panels + w[PANEL_AT];
  for (int k = 0; k < 2 * columns; k++) some |= own[k] != 0;
  if (!some) return;
  for (int j = 0; j < columns; j++, y += 4 * columns) {
    v2 a = LOAD(own + 2 * j);
    for (int k = 0; k < 2 * j; k++) a -= LOAD(y + 2 * k) * own[k];
    own[2 * j] = a[0] * inv[2 * j];
    own[2 * j + 1] = (a[1] - y[4 * j + 1] * own[2 * j]) * inv[2 * j + 1];
  }
  const int32_t *to = rows + w[ROWS_AT];
  int i = 0;
  for (; i + 3 < below; i += 4, y += 16 * columns) {
    double *p = x + 2 * to[i], *q = x + 2 * to[i + 1], *r = x + 2 * to[i + 2], *s = x + 2 * to[i + 3];
    v2 a = LOAD(p), b = LOAD(q), c = LOAD(r), d = LOAD(s);
    for (int k = 0; k < 2 * columns; k++) {
      const double *e = y + 2 * k;
      a -= LOAD(e) * own[k]; b -= LOAD(e + 4 * columns) * own[k];
      c -= LOAD(e + 8 * columns) * own[k]; d -= LOAD(e + 12 * columns) * own[k];
    }
    STORE(p, a); STORE(q, b); STORE(r, c); STORE(s, d);
  }
  for (; i < below; i++, y += 4 * columns) {
    v2 a = LOAD(x + 2 * to[i]);
    for (int k = 0; k < 2 * columns; k++) a -= LOAD(y + 2 * k) * own[k];
    STORE(x + 2 * to[i], a);
  }
}

#define FOLD(s, y, z) s += __builtin_shufflevector(LOAD(y), LOAD((y) + 2), 1, 3) * (z)[1] ; \
                      s += __builtin_shufflevector(LOAD(y), LOAD((y) + 2), 0, 2) * (z)[0]

static void backward(const int32_t *w) {
  int columns = w[COLUMNS], below = w[ROWS], c = 0;
  long row = 4 * columns;
  double *own = x + 2 * w[FIRST], *inv = inverse + 2 * w[FIRST];
  const double *panel = panels + w[PANEL_AT];
  const int32_t *to = rows + w[ROWS_AT];
  for (; c + 3 < columns; c += 4) {
    v2 a = {0, 0}, b = a, d = a, e = a;
    for (int i = below - 1; i >= 0; i--) {
      const double *y = panel + (columns + i) * row + 4 * c, *z = x + 2 * to[i];
      FOLD(a, y, z); FOLD(b, y + 4, z); FOLD(d, y + 8, z); FOLD(e, y + 12, z);
    }
    STORE(sums + 2 * c, a); STORE(sums + 2 * c + 2, b); STORE(sums + 2 * c + 4, d); STORE(sums + 2 * c + 6, e);
  }
  for (; c < columns; c++) {
    v2 a = {0, 0};
    for (int i = below - 1; i >= 0; i--) { FOLD(a, panel + (columns + i) * row + 4 * c, x + 2 * to[i]); }
    STORE(sums + 2 * c, a);
  }
  while (--c >= 0) {
    v2 a = LOAD(sums + 2 * c);
    for (int i = columns - 1; i > c; i--) { FOLD(a, panel + i * row + 4 * c, own + 2 * i); }
    own[2 * c + 1] -= inv[2 * c + 1] * a[1];
    own[2 * c] -= inv[2 * c] * (a[0] + panel[c * row + 4 * c + 1] * own[2 * c + 1]);
  }
}

static void solve(double *u) {
  for (int d = 0; d < 2 * steps; d++) x[d] = held[d] ? 0 : u[2 * order[d >> 1] + (d & 1)];
  for (int f = 0; f < count; f++) forward(fronts + f * SIZE);
  for (int f = count - 1; f >= 0; f--) backward(fronts + f * SIZE);
  memset(u, 0, sizeof(double) * 2 * nodes);
  for (int d = 0; d < 2 * steps; d++) u[2 * order[d >> 1] + (d & 1)] = x[d];
}

static double elongation(int b, const double *u) {
  const double *p = u + 2 * bonds[2 * b], *q = u + 2 * bonds[2 * b + 1];
  return along[2 * b] * (p[0] - q[0]) + along[2 * b + 1] * (p[1] - q[1]);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 4 || !(in = fopen(argv[1], "rb"))) return 2;
  int ends, dofs;
  bonds = array(4, &ends); along = array(8, 0); stiffness = array(8, &bondCount); load = array(8, &dofs);
  /* Wanted displacement of the output dofs, NaN elsewhere. */
  target = array(8, 0);
  array(4, 0); /* pins: in the plan already */
  fronts = array(4, &count); rows = array(4, 0); places = array(4, 0); children = array(4, 0); terms = array(4, 0);
  zeros = array(4, 0); order = array(4, &steps); held = array(4, 0); sizes = array(4, 0);
  count /= SIZE; nodes = dofs / 2;
  panels = calloc(sizes[0] + 8, 8); updates = calloc(sizes[1] + 8, 8); scaled = calloc(sizes[2] + 8, 8);
  sums = calloc(2 * sizes[3] + 8, 8);
  inverse = calloc(2 * steps + 8, 8); least = calloc(2 * steps + 8, 8); x = calloc(2 * steps + 8, 8);
  blocks = calloc(3 * bondCount + 8, 8);
  double *u = calloc(dofs, 8), *a = calloc(dofs, 8), *product = calloc(bondCount, 8);
  double start = now(), taken = 0, seconds = atof(argv[3]);
  long done = 0;
  while (done < 3 || taken < seconds) {
    for (int b = 0; b < bondCount; b++) {
      double k = stiffness[b], p = along[2 * b], q = along[2 * b + 1];
      blocks[3 * b] = k * p * p; blocks[3 * b + 1] = k * p * q; blocks[3 * b + 2] = k * q * q;
    }
    factor();
    memcpy(u, load, sizeof(double) * dofs);
    solve(u);
    for (int d = 0; d < dofs; d++) a[d] = isnan(target[d]) ? 0 : target[d] - u[d];
    solve(a);
    for (int b = 0; b < bondCount; b++) product[b] = elongation(b, u) * elongation(b, a);
    done++;
    if (done == 3) start = now();
    taken = now() - start;
  }
  FILE *out = fopen(argv[2], "wb");
  if (!out || fwrite(product, 8, bondCount, out) != (size_t)bondCount || fclose(out)) return 2;
  printf("native %.6g\n", (done - 3 + 1e-9) / taken);
  return 0;
}

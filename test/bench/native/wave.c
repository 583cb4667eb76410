/*
 * Leapfrog steps of phi-4 lattices of oscillators in plain C, as one writes them: a chain with open ends, and a grid whose
 * rows and columns close to rings. `split` runs the kick and the drift as two loops; `fused` drifts a site (a row of the
 * grid) as soon as its neighbours have been kicked. Neighbouring drifts of successive steps are joined.
 * Usage: wave chain|grid <case> <answer> <seconds>; writes q and p after the steps of the case for every form, prints
 * site updates per CPU second.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int rows, columns, sites, steps;
static double dt, g, *start, *k, *l, *w, *q, *p, *old, *first;

static double *numbers(FILE *in, long count) {
  double *list = aligned_alloc(64, (8 * count + 127) / 64 * 64);
  if (fread(list, 8, count, in) != (size_t)count) exit(2);
  return list;
}

static double on(double x, double stiffness) { return x * (stiffness + g * (x * x)); }

static void drift(double *restrict x, const double *restrict y, int count, double t) {
  for (int i = 0; i < count; i++) x[i] += t * y[i];
}

static void chainSplit(double t) {
  int n = columns;
  double *restrict y = p;
  const double *restrict x = q, *restrict s = k, *restrict c = w;
  y[0] += dt * (s[0] * (x[1] - x[0]) - on(x[0], c[0]));
  for (int i = 1; i < n - 1; i++)
    y[i] += dt * (s[i] * (x[i + 1] - x[i]) - s[i - 1] * (x[i] - x[i - 1]) - on(x[i], c[i]));
  y[n - 1] += dt * (-s[n - 2] * (x[n - 1] - x[n - 2]) - on(x[n - 1], c[n - 1]));
  drift(q, p, n, t);
}

static void chainFused(double t) {
  double west = 0;
  double *restrict x = q, *restrict y = p;
  const double *restrict s = k, *restrict c = w;
  for (int i = 0; i < columns; i++) {
    double east = i + 1 < columns ? s[i] * (x[i + 1] - x[i]) : 0;
    y[i] += dt * (east - west - on(x[i], c[i]));
    x[i] += t * y[i];
    west = east;
  }
}

/* One row of the grid; `up` and `down` are its neighbours. */
static void kickRow(int r, const double *restrict up, const double *restrict x, const double *restrict down) {
  int n = columns, above = (r + rows - 1) % rows;
  double *restrict y = p + r * n;
  const double *restrict s = k + r * n, *restrict v = l + r * n, *restrict u = l + above * n, *restrict c = w + r * n;
#define KICK(i, before, next) y[i] += dt * (s[i] * (x[next] - x[i]) - s[before] * (x[i] - x[before]) \
    + (v[i] * (down[i] - x[i]) - u[i] * (x[i] - up[i])) - on(x[i], c[i]))
  KICK(0, n - 1, 1);
  for (int i = 1; i < n - 1; i++) KICK(i, i - 1, i + 1);
  KICK(n - 1, n - 2, 0);
}

static void gridSplit(double t) {
  for (int r = 0; r < rows; r++)
    kickRow(r, q + (r + rows - 1) % rows * columns, q + r * columns, q + (r + 1) % rows * columns);
  drift(q, p, sites, t);
}

static void gridFused(double t) {
  size_t row = sizeof(double) * columns;
  memcpy(first, q, row);
  for (int r = 0; r < rows; r++) {
    double *x = q + r * columns;
    /* The row above as it was; two buffers take turns. */
    double *up = r ? old + (r & 1 ? 0 : columns) : q + (rows - 1) * columns;
    kickRow(r, up, x, r + 1 < rows ? x + columns : first);
    memcpy(old + (r & 1 ? columns : 0), x, row);
    drift(x, p + r * columns, columns, t);
  }
}

static void run(void (*step)(double), int count) {
  drift(q, p, sites, dt / 2);
  for (int n = 0; n < count; n++) step(n + 1 < count ? dt : dt / 2);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
  FILE *in = argc < 5 ? 0 : fopen(argv[2], "rb"), *out = argc < 5 ? 0 : fopen(argv[3], "wb");
  if (!in || !out) return 2;
  double *head = numbers(in, 5);
  rows = head[0]; columns = head[1]; steps = head[2]; dt = head[3]; g = head[4];
  sites = rows * columns;
  start = numbers(in, 2 * sites);
  k = numbers(in, 2 * sites);
  l = k + sites;
  w = numbers(in, sites);
  q = aligned_alloc(64, 16 * sites + 128);
  p = q + sites;
  old = aligned_alloc(64, (16 * columns + 127) / 64 * 64);
  first = aligned_alloc(64, (8 * columns + 127) / 64 * 64);
  int chain = !strcmp(argv[1], "chain");
  for (int form = 0; form < 2; form++) {
    void (*step)(double) = chain ? (form ? chainFused : chainSplit) : (form ? gridFused : gridSplit);
    memcpy(q, start, 16 * sites);
    run(step, steps);
    if (fwrite(q, 8, 2 * sites, out) != (size_t)(2 * sites)) return 2;
    double begin = now(), taken;
    long done = 0;
    do {
      run(step, steps);
      done += steps;
      taken = now() - begin;
    } while (taken < atof(argv[4]));
    printf("%s %.6g\n", form ? "fused" : "split", done * (double)sites / taken);
  }
  return fclose(out) ? 2 : 0;
}

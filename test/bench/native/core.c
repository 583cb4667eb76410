/*
 * Ticks of a chip of spiking cores in plain C, as one writes them: integrate, leak, threshold, reset, then the spikes go to
 * their axons. `popcount` counts the spikes of every type at the crossings of a neuron, `row-add` adds a row of weights
 * of 16 bits for every spike. Axons stand sorted by type, 64 of each; spikes wait in rings of 16 sets of axons.
 * Usage: core <case> <answer> <seconds>; writes potentials and counts after the ticks of the case for every form, prints
 * core ticks per CPU second.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N = 256, TYPES = 4, WORDS = 4, RING = 16 };
enum { VALUE, SUBTRACT };

typedef struct {
  int32_t weight[N][TYPES], leak[N], threshold[N], bottom[N], saturates[N], reset[N], value[N];
  int32_t route[N], line[N], potential[N], v[N], sum[N];
  uint64_t bits[N][WORDS], ring[RING][WORDS];
  int16_t row[N][N], small[N];
  uint8_t fired[N];
} Core;

static Core *cores;
static int count, ticks, lines, now;
static int32_t *counts;

static void numbers(FILE *in, int32_t *list, size_t size) {
  if (fread(list, 4, size, in) != size) exit(2);
}

static void load(FILE *in, Core *core) {
  int32_t closed[N][N / 32];
  numbers(in, *closed, N * N / 32);
  numbers(in, *core->weight, N * TYPES);
  numbers(in, core->leak, N);
  numbers(in, core->threshold, N);
  numbers(in, core->bottom, N);
  numbers(in, core->saturates, N);
  numbers(in, core->reset, N);
  numbers(in, core->value, N);
  numbers(in, core->route, N);
  numbers(in, core->line, N);
  numbers(in, core->potential, N);
  for (int a = 0; a < N; a++)
    for (int j = 0; j < N; j++) {
      int on = (uint32_t)closed[a][j / 32] >> (j & 31) & 1;
      core->bits[j][a / 64] |= (uint64_t)on << (a & 63);
      core->row[a][j] = on ? core->weight[j][a / 64] : 0;
    }
}

static void popcounts(Core *core, const uint64_t *x) {
  for (int j = 0; j < N; j++) {
    int32_t sum = 0;
    for (int w = 0; w < WORDS; w++) sum += core->weight[j][w] * __builtin_popcountll(core->bits[j][w] & x[w]);
    core->sum[j] = sum;
  }
}

static void rows(Core *core, const uint64_t *x) {
  memset(core->small, 0, sizeof core->small);
  for (int w = 0; w < WORDS; w++)
    for (uint64_t left = x[w]; left; left &= left - 1) {
      const int16_t *row = core->row[64 * w + __builtin_ctzll(left)];
      for (int j = 0; j < N; j++) core->small[j] += row[j];
    }
  for (int j = 0; j < N; j++) core->sum[j] = core->small[j];
}

static inline int32_t saturated(int32_t v) { return v > 524287 ? 524287 : v < -524288 ? -524288 : v; }

static void neurons(Core *core) {
  for (int j = 0; j < N; j++) {
    int32_t v = saturated(saturated(core->v[j] + core->sum[j]) + core->leak[j]);
    int32_t top = core->threshold[j], bottom = core->bottom[j], reset = core->reset[j], value = core->value[j];
    int32_t after = reset == VALUE ? value : reset == SUBTRACT ? v - top : v;
    int32_t held = core->saturates[j] ? -bottom : reset == VALUE ? -value : reset == SUBTRACT ? v + bottom : v;
    core->fired[j] = v >= top;
    core->v[j] = saturated(v >= top ? after : v < -bottom ? held : v);
  }
}

static void send(Core *core) {
  for (int j = 0; j < N; j++) {
    if (!core->fired[j]) continue;
    if (core->line[j] >= 0) counts[core->line[j]]++;
    if (core->route[j] < 0) continue;
    int axon = core->route[j] / RING, slot = (now + core->route[j] % RING) % RING;
    cores[axon / N].ring[slot][axon % N / 64] |= 1ull << (axon & 63);
  }
}

static void tick(void (*input)(Core *, const uint64_t *)) {
  for (int c = 0; c < count; c++) {
    input(&cores[c], cores[c].ring[now]);
    memset(cores[c].ring[now], 0, sizeof cores[c].ring[now]);
    neurons(&cores[c]);
  }
  for (int c = 0; c < count; c++) send(&cores[c]);
  now = (now + 1) % RING;
}

static double clock_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
  FILE *in = argc < 4 ? 0 : fopen(argv[1], "rb"), *out = argc < 4 ? 0 : fopen(argv[2], "wb");
  if (!in || !out) return 2;
  int32_t head[3];
  numbers(in, head, 3);
  count = head[0]; ticks = head[1]; lines = head[2];
  size_t size = ((size_t)count * sizeof(Core) + 63) / 64 * 64;
  cores = aligned_alloc(64, size);
  memset(cores, 0, size);
  counts = calloc(lines, 4);
  for (int c = 0; c < count; c++) load(in, &cores[c]);
  for (int form = 0; form < 2; form++) {
    void (*input)(Core *, const uint64_t *) = form ? rows : popcounts;
    now = 0;
    memset(counts, 0, lines * 4);
    for (int c = 0; c < count; c++) {
      memset(cores[c].ring, 0, sizeof cores[c].ring);
      memcpy(cores[c].v, cores[c].potential, sizeof cores[c].v);
    }
    for (int n = 0; n < ticks; n++) tick(input);
    double value;
    for (int c = 0; c < count; c++)
      for (int j = 0; j < N; j++) value = cores[c].v[j], fwrite(&value, 8, 1, out);
    for (int n = 0; n < lines; n++) value = counts[n], fwrite(&value, 8, 1, out);
    double begin = clock_now(), taken;
    long done = 0;
    do {
      for (int n = 0; n < 100; n++) tick(input);
      done += 100L * count;
      taken = clock_now() - begin;
    } while (taken < atof(argv[3]));
    printf("%s %.6g\n", form ? "row-add" : "popcount", done / taken);
  }
  return fclose(out) ? 2 : 0;
}

/*
 * The work of one block of the simulated chip in plain C: random codes from Threefry-2x32 (20 rounds), perturbed
 * parameters, one forward pass of a sigmoid network per slot, libm's exp. Layout and order of sums as the simulator.
 * Usage: chip <slots per block> <seconds> <layer sizes...>; prints slots per second and a checksum.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define MAX_LAYERS 8
#define MAX_WIDTH 1024
#define MAX_PARAMS 65536

static uint32_t rotl(uint32_t x, int n) { return x << n | x >> (32 - n); }

static void threefry(uint32_t k0, uint32_t k1, uint32_t c0, uint32_t c1, uint32_t out[2]) {
  static const int rotation[8] = {13, 15, 26, 6, 17, 29, 16, 24};
  const uint32_t k[3] = {k0, k1, 0x1BD11BDA ^ k0 ^ k1};
  uint32_t x = c0 + k0, y = c1 + k1;
  for (int r = 0; r < 20; r++) {
    x += y;
    y = rotl(y, rotation[r % 8]) ^ x;
    if (r % 4 == 3) {
      int s = r / 4 + 1;
      x += k[s % 3];
      y += k[(s + 1) % 3] + (uint32_t)s;
    }
  }
  out[0] = x;
  out[1] = y;
}

static double theta[MAX_PARAMS], weights[MAX_PARAMS];

/* The readable loop for any topology. */
static void forward(const int *layer, int layers, const double *in, double *out) {
  double a[2][MAX_WIDTH];
  const double *signal = in;
  int w = 0, b = 0;
  for (int l = 1; l < layers; l++) b += layer[l - 1] * layer[l];
  for (int l = 1; l < layers; l++) {
    double *next = l == layers - 1 ? out : a[l & 1];
    for (int o = 0; o < layer[l]; o++) {
      double z = 0;
      for (int j = 0; j < layer[l - 1]; j++) z += signal[j] * weights[w + j * layer[l] + o];
      next[o] = 1 / (1 + exp(weights[b + o] - z));
    }
    w += layer[l - 1] * layer[l];
    b += layer[l];
    signal = next;
  }
}

static void block(const int *layer, int layers, int params, uint32_t first, int slots, double amp, const double *drive,
                  double *into) {
  int room = 1;
  while (room < params) room *= 2;
  uint32_t pair[2] = {0, 0};
  for (int t = 0; t < slots; t++) {
    uint32_t k = first + (uint32_t)t;
    if (params <= 64) {
      uint32_t share = 64 / (uint32_t)room;
      if (t == 0 || k % share == 0) threefry(1, 1, k / share, 0, pair);
      uint64_t bits = ((uint64_t)pair[1] << 32 | pair[0]) >> (k % share * (uint32_t)room % 64);
      for (int i = 0; i < params; i++) weights[i] = theta[i] + amp * (1 - 2 * (int)(bits >> i & 1));
    } else {
      for (int i = 0; i < params; i++) {
        if (i % 64 == 0) threefry(1, 1, k, (uint32_t)i / 64, pair);
        weights[i] = theta[i] + amp * (1 - 2 * (int)(pair[i >> 5 & 1] >> (i & 31) & 1));
      }
    }
    forward(layer, layers, drive + t * layer[0], into + t * layer[layers - 1]);
  }
}

/* The same with the topology 2-2-1 written out: the fastest plain C we know how to write without intrinsics. */
static void block221(uint32_t first, int slots, double amp, const double *drive, double *into) {
  uint32_t pair[2] = {0, 0};
  for (int t = 0; t < slots; t++) {
    uint32_t k = first + (uint32_t)t;
    if (t == 0 || k % 4 == 0) threefry(1, 1, k / 4, 0, pair);
    uint32_t s = pair[k >> 1 & 1] >> (k % 2 * 16);
    double w[9];
    for (int i = 0; i < 9; i++) w[i] = theta[i] + amp * (1 - 2 * (int)(s >> i & 1));
    double x = drive[2 * t], y = drive[2 * t + 1];
    double g = 1 / (1 + exp(w[6] - (x * w[0] + y * w[2])));
    double h = 1 / (1 + exp(w[7] - (x * w[1] + y * w[3])));
    into[t] = 1 / (1 + exp(w[8] - (g * w[4] + h * w[5])));
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(int argc, char **argv) {
  int slots = atoi(argv[1]), layer[MAX_LAYERS], layers = argc - 3, params = 0;
  double seconds = atof(argv[2]);
  for (int l = 0; l < layers; l++) layer[l] = atoi(argv[3 + l]);
  for (int l = 1; l < layers; l++) params += (layer[l - 1] + 1) * layer[l];
  int known = layers == 3 && layer[0] == 2 && layer[1] == 2 && layer[2] == 1;
  double *drive = malloc(sizeof(double) * slots * layer[0]), *into = malloc(sizeof(double) * slots * layer[layers - 1]);
  for (int i = 0; i < params; i++) theta[i] = (i * 7 % 11) / 11.0 - 0.5;
  for (int i = 0; i < slots * layer[0]; i++) drive[i] = i * 5 % 3 == 0;
  for (int form = 0; form <= known; form++) {
    double start = now(), taken = 0, sum = 0;
    uint32_t first = 0;
    long done = 0;
    while (taken < seconds) {
      for (int r = 0; r < 64; r++) {
        if (form) block221(first, slots, 0.01, drive, into);
        else block(layer, layers, params, first, slots, 0.01, drive, into);
        sum += into[slots - 1];
        first += (uint32_t)slots;
        done += slots;
      }
      taken = now() - start;
    }
    printf("%s %.6g %.17g\n", form ? "written-out" : "generic", done / taken, sum);
  }
  return 0;
}

/*
 * A 3 x 3 convolution and its slopes in plain C, float32: patches times a matrix, four rows by eight columns at a time.
 * Usage: network <case> <answer> <seconds>; case: inputs, outputs, rows, columns, then x, weights [o][i][9] and dy as doubles.
 * Writes y, dx and dw, prints passes per CPU second. Or: network ceiling - <seconds>: products and sums of four numbers at a
 * time, nothing else, in GFLOP/s.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xmmintrin.h>

static int inputs, outputs, rows, columns, pixels;
static float *x, *w, *turned, *dy, *y, *dx, *dw, *patches, *across, *strip;

static double cpu(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

static float *room(long count) { return aligned_alloc(64, (4 * count + 127) / 64 * 64); }

static float *numbers(FILE *in, long count) {
  float *list = room(count);
  for (long n = 0; n < count; n++) {
    double value;
    if (fread(&value, 8, 1, in) != 1) exit(2);
    list[n] = value;
  }
  return list;
}

/* c = a b, m x k times k x n; m a multiple of four. Strips of eight columns are copied side by side first. */
static void product(const float *restrict a, const float *restrict b, float *restrict c, int m, int k, int n) {
  int j = 0;
  for (; j + 8 <= n; j += 8) {
    for (int p = 0; p < k; p++) memcpy(strip + 8 * p, b + p * n + j, 32);
    for (int i = 0; i < m; i += 4) {
      const float *restrict left = a + i * k;
      __m128 sum[8];
      for (int r = 0; r < 8; r++) sum[r] = _mm_setzero_ps();
      for (int p = 0; p < k; p++) {
        __m128 low = _mm_load_ps(strip + 8 * p), high = _mm_load_ps(strip + 8 * p + 4);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) {
          __m128 factor = _mm_set1_ps(left[r * k + p]);
          sum[2 * r] = _mm_add_ps(sum[2 * r], _mm_mul_ps(factor, low));
          sum[2 * r + 1] = _mm_add_ps(sum[2 * r + 1], _mm_mul_ps(factor, high));
        }
      }
#pragma GCC unroll 4
      for (int r = 0; r < 4; r++) {
        _mm_storeu_ps(c + (i + r) * n + j, sum[2 * r]);
        _mm_storeu_ps(c + (i + r) * n + j + 4, sum[2 * r + 1]);
      }
    }
  }
  for (; j < n; j++)
    for (int i = 0; i < m; i++) {
      float sum = 0;
      for (int p = 0; p < k; p++) sum += a[i * k + p] * b[p * n + j];
      c[i * n + j] = sum;
    }
}

/* Patches of images: [channel, tap][pixel], or [pixel][channel, tap]. */
static void unfold(const float *from, int channels, float *to, int pixelsFirst) {
  for (int c = 0; c < channels; c++)
    for (int tap = 0; tap < 9; tap++)
      for (int r = 0; r < rows; r++) {
        int above = r + tap / 3 - 1;
        for (int s = 0; s < columns; s++) {
          int beside = s + tap % 3 - 1, inside = above >= 0 && above < rows && beside >= 0 && beside < columns;
          float value = inside ? from[c * pixels + above * columns + beside] : 0;
          int p = r * columns + s;
          to[pixelsFirst ? p * 9 * channels + 9 * c + tap : (9 * c + tap) * pixels + p] = value;
        }
      }
}

static void pass(void) {
  unfold(x, inputs, patches, 0);
  product(w, patches, y, outputs, 9 * inputs, pixels);
  for (int o = 0; o < outputs; o++)
    for (int i = 0; i < inputs; i++)
      for (int tap = 0; tap < 9; tap++) turned[(i * outputs + o) * 9 + 8 - tap] = w[(o * inputs + i) * 9 + tap];
  unfold(dy, outputs, patches, 0);
  product(turned, patches, dx, inputs, 9 * outputs, pixels);
  unfold(x, inputs, across, 1);
  product(dy, across, dw, outputs, pixels, 9 * inputs);
}

static int ceiling(double seconds) {
  __m128 sum[14], b = _mm_set1_ps(0.5f), c = _mm_set1_ps(1);
  for (int n = 0; n < 14; n++) sum[n] = _mm_set1_ps(n);
  double start = cpu(), taken, flop = 0;
  do {
    for (int r = 0; r < 1000000; r++) {
#pragma GCC unroll 14
      for (int n = 0; n < 14; n++) sum[n] = _mm_add_ps(_mm_mul_ps(sum[n], b), c);
    }
    flop += 1000000. * 14 * 8;
    taken = cpu() - start;
  } while (taken < seconds);
  float left[4];
  for (int n = 1; n < 14; n++) sum[0] = _mm_add_ps(sum[0], sum[n]);
  _mm_storeu_ps(left, sum[0]);
  printf("ceiling %g %g\n", flop / taken / 1e9, left[0]);
  return 0;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  double seconds = atof(arguments[3]), size[4], start, taken;
  if (strcmp(arguments[1], "ceiling") == 0) return ceiling(seconds);
  FILE *in = fopen(arguments[1], "rb");
  if (!in || fread(size, 8, 4, in) != 4) return 2;
  inputs = size[0], outputs = size[1], rows = size[2], columns = size[3], pixels = rows * columns;
  int weights = 9 * inputs * outputs, most = inputs > outputs ? inputs : outputs, passes = 0;
  x = numbers(in, inputs * pixels), w = numbers(in, weights), dy = numbers(in, outputs * pixels);
  y = room(outputs * pixels), dx = room(inputs * pixels), dw = room(weights), turned = room(weights);
  patches = room(9 * most * pixels), across = room(9 * most * pixels);
  strip = room(8 * (9 * most > pixels ? 9 * most : pixels));
  start = cpu();
  do {
    pass();
    passes++;
    taken = cpu() - start;
  } while (taken < seconds);
  FILE *out = fopen(arguments[2], "wb");
  const float *answers[] = {y, dx, dw};
  const int lengths[] = {outputs * pixels, inputs * pixels, weights};
  for (int n = 0; n < 3; n++)
    for (int i = 0; i < lengths[n]; i++) {
      double value = answers[n][i];
      fwrite(&value, 8, 1, out);
    }
  fclose(out);
  printf("convolution %g\n", passes / taken);
  return 0;
}

/* A permutation of 0..n-1 computed entry by entry, without a table; docs/reference/codes.md. */
#ifndef INSITU_SHUFFLE_H
#define INSITU_SHUFFLE_H

#include <stdint.h>

typedef struct {
  uint16_t last; /* n - 1 */
  uint16_t mask, a0, o0, a1, o1;
  uint8_t half;
} Shuffle;

/* 1 <= n <= 65536. */
void shuffle_open(Shuffle *shuffle, uint32_t seed, uint8_t stream, uint32_t n);
uint16_t shuffle_at(const Shuffle *shuffle, uint16_t i);

#endif

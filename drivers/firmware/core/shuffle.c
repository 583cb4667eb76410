#include "shuffle.h"
#include "threefry.h"

void shuffle_open(Shuffle *shuffle, uint32_t seed, uint8_t stream, uint32_t n) {
  uint32_t words[2];
  uint8_t bits = 1;
  while ((1UL << bits) < n) bits++;
  threefry(seed, stream, n, 0, words);
  shuffle->last = (uint16_t)(n - 1);
  shuffle->mask = (uint16_t)((1UL << bits) - 1);
  shuffle->half = (uint8_t)((bits + 1) >> 1);
  shuffle->a0 = ((uint16_t)words[0] & shuffle->mask) | 1;
  shuffle->o0 = (uint16_t)(words[0] >> 16) & shuffle->mask;
  shuffle->a1 = ((uint16_t)words[1] & shuffle->mask) | 1;
  shuffle->o1 = (uint16_t)(words[1] >> 16) & shuffle->mask;
}

uint16_t shuffle_at(const Shuffle *shuffle, uint16_t i) {
  /* 16-bit products suffice: the mask never has more bits. Unsigned int keeps them from becoming signed. */
  uint16_t x = i;
  do {
    x = (uint16_t)((unsigned int)x * shuffle->a0 + shuffle->o0) & shuffle->mask;
    x ^= x >> shuffle->half;
    x = (uint16_t)((unsigned int)x * shuffle->a1 + shuffle->o1) & shuffle->mask;
    x ^= x >> shuffle->half;
  } while (x > shuffle->last);
  return x;
}

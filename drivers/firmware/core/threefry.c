#include "threefry.h"
#include "port.h"

#ifndef PORT_THREEFRY
#define ROUND(n)                              \
  do {                                        \
    x0 += x1;                                 \
    x1 = ((x1 << (n)) | (x1 >> (32 - (n)))) ^ x0; \
  } while (0)

void threefry(uint32_t key0, uint32_t key1, uint32_t counter0, uint32_t counter1, uint32_t out[2]) {
  const uint32_t key2 = 0x1BD11BDAUL ^ key0 ^ key1;
  uint32_t x0 = counter0 + key0;
  uint32_t x1 = counter1 + key1;
  uint32_t a = key1, b = key2, c = key0;
  for (uint8_t block = 1;; block++) {
    if (block & 1) {
      ROUND(13);
      ROUND(15);
      ROUND(26);
      ROUND(6);
    } else {
      ROUND(17);
      ROUND(29);
      ROUND(16);
      ROUND(24);
    }
    x0 += a;
    x1 += b + block;
    if (block == 5) break;
    const uint32_t used = a;
    a = b;
    b = c;
    c = used;
  }
  out[0] = x0;
  out[1] = x1;
}
#endif

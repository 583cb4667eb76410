/* What this board stands for: a layered network with a parameter per weight and bias. */
#ifndef INSITU_CHIP_H
#define INSITU_CHIP_H

#include <stdint.h>
#include "port.h"

#define LIMIT_BANKS (2 * (LIMIT_LAYERS - 1))

typedef struct {
  uint8_t layers; /* widths, the input's included */
  uint8_t width[LIMIT_LAYERS];
  uint8_t activation;
  uint8_t banks; /* w1, w2, ..., b1, b2, ... */
  uint16_t start[LIMIT_BANKS + 1]; /* first parameter of every bank, and one past the last */
} Chip;

extern Chip chip;

/* 0, or the limit that is exceeded; CHIP_MALFORMED if the bytes make no sense. */
#define CHIP_MALFORMED 0xFFFFFFFFUL
uint32_t chip_configure(const uint8_t *setting, uint16_t length);

uint16_t chip_params(void);
int16_t chip_dac(uint16_t index);
/* CRC-32 over all DAC counts; computed again only after a change. */
uint32_t chip_crc(void);
void chip_changed(void);
void chip_safe(void);

#endif

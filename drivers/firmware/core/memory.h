/* One arena, divided anew for every network: parameters first, then what they leave for codes, learning and frames. */
#ifndef INSITU_MEMORY_H
#define INSITU_MEMORY_H

#include <stdint.h>
#include "port.h"

typedef struct {
  uint16_t frame;   /* largest decoded frame taken */
  uint16_t payload; /* largest payload sent */
  uint8_t credits;  /* frames held at once */
  uint8_t window;   /* largest updateEvery of LEARN */
  uint16_t scratch; /* bytes at memory_scratch() */
} Memory;

extern Memory memory;

/* theta32 + 0x8000 of every parameter, so that the upper half is the DAC count already rounded. */
extern int32_t theta[];

uint8_t memory_fits(uint16_t params);
void memory_divide(uint16_t params);
uint8_t *memory_frame(uint8_t slot);
/* Between parameters and frames: the code tables, and at its end the window of LEARN. */
uint8_t *memory_scratch(void);

#endif

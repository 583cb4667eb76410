/* Parameters as the network sees them: stored DAC counts plus the perturbation of the slot. */
#ifndef INSITU_DELTA_H
#define INSITU_DELTA_H

#include <stdint.h>
#include "chip.h"

enum { DELTA_NONE, DELTA_TRACK, DELTA_SIGNS, DELTA_SINGLE, DELTA_WAVE };

typedef struct {
  uint8_t kind;
  uint8_t negative;             /* the code with its sign turned: second half of an opposite pair */
  const uint8_t *row;           /* track: DAC counts; signs: bits */
  int16_t amplitude[LIMIT_BANKS]; /* DAC counts */
  uint16_t clipped;             /* sums that left the range of the DAC; stays at 65535 */
} Delta;

extern Delta delta;

/* `count` perturbed parameters of one bank, from index `first` on. */
void delta_fill(int16_t *into, uint16_t first, uint8_t count, uint8_t bank);

#endif

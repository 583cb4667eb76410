/* Parameters as the network sees them: stored DAC counts plus the perturbation of the slot. */
#ifndef INSITU_DELTA_H
#define INSITU_DELTA_H

#include <stdint.h>
#include "chip.h"

enum { DELTA_NONE, DELTA_TRACK, DELTA_SIGNS, DELTA_SINGLE, DELTA_WAVE };

typedef struct {
  uint8_t kind;
  const uint8_t *row;             /* track: DAC counts */
  int16_t amplitude[LIMIT_BANKS]; /* DAC counts */
} Delta;

extern Delta delta;

/* As layer_signs, with the present delta; the parameters are all in one bank. */
void delta_layer(uint16_t first, uint8_t width, const uint8_t *from, uint8_t inputs, uint8_t bank);

#endif

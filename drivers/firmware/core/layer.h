/* The innermost loop: parameters with signed perturbations times activations, added to the sums of a layer. */
#ifndef INSITU_LAYER_H
#define INSITU_LAYER_H

#include <stdint.h>
#include "port.h"

extern int32_t layer_sums[LIMIT_WIDTH];
extern const uint8_t *layer_bits; /* a sign per parameter, 0 is + */
extern uint8_t layer_flip;        /* 0, or 255 to turn all signs */
extern uint16_t layer_clipped;    /* perturbed parameters that left the range of the DAC; stays at 65535 */

/*
 * For each of `inputs` activations (counts at `from`) and each of `width` outputs:
 * layer_sums[o] += (activation * saturated(dac of the next parameter, plus or minus `by`)) >> 8,
 * the parameters in order from `first` on. Neither count is 0. A port may bring its own (PORT_LAYER).
 */
void layer_signs(uint16_t first, uint8_t width, const uint8_t *from, uint8_t inputs, int16_t by);

/* Saturated sum and difference, counted in layer_clipped. */
int16_t layer_plus(int16_t dac, int16_t by);
int16_t layer_minus(int16_t dac, int16_t by);

#endif

/* The transfer curve of a neuron: accumulator in 2^-17 V to reading in 2^-14 V. */
#ifndef INSITU_ACTIVATION_H
#define INSITU_ACTIVATION_H

#include <stdint.h>

enum { SIGMOIDAL, HYPERBOLIC, RECTIFIED, ACTIVATIONS };

int16_t activate(uint8_t activation, int32_t acc);

#endif

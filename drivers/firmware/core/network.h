#ifndef INSITU_NETWORK_H
#define INSITU_NETWORK_H

#include <stdint.h>

/* One forward pass with the present delta. Input: counts as they lie in the frame. The result is valid until the next. */
const int16_t *network_forward(const uint8_t *input);

#endif

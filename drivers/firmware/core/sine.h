#ifndef INSITU_SINE_H
#define INSITU_SINE_H

#include <stdint.h>

/* round(32767 sin(2 pi (n + 1/2) / 1024)) for n = phase >> 22. */
int16_t sine(uint32_t phase);

#endif
